package org.plumbline.verification.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.plumbline.engine.Compute;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;

/**
 * A set of conformance vectors: a folder with one for each case, or a case by itself. Cases do not depend on each
 * other; an implementation that does not support one leaves it out.
 */
public final class ConformanceSet {
    private ConformanceSet() {}

    /**
     * One tensor of a set beside what is computed here.
     *
     * @param name after that of the case and a slash, where the set has cases in folders of their own
     * @param distance {@code ‖x − y‖ / ‖y‖}, {@code x} from the file and {@code y} computed
     * @param tolerance what it may be
     */
    public record Comparison(String name, double distance, double tolerance) {
        public boolean conforms() {
            return distance <= tolerance;
        }

        private Comparison in(String folder) {
            return new Comparison(folder + "/" + name, distance, tolerance);
        }
    }

    /**
     * Computes all cases and writes each to a folder of its name.
     *
     * @param seed of models and data
     * @param version of this program
     * @return the names of the tensors, each after that of its case and a slash
     * @throws InputException if the folder cannot be written to
     */
    public static List<String> write(Path folder, long seed, String version, Compute compute) {
        List<String> names = new ArrayList<>();
        for (ConformanceCase one : ConformanceCase.values()) {
            ConformanceProblem problem = one.problem(seed);
            List<ConformanceTensor> tensors = ConformanceVectors.of(problem, compute);
            new ConformanceFolder(folder.resolve(one.folder())).write(one, problem, tensors, version);
            tensors.forEach(tensor -> names.add(one.folder() + "/" + tensor.name()));
        }
        return names;
    }

    /** The files that {@link #write} writes, by their names below its folder. */
    public static List<String> files() {
        return Stream.of(ConformanceCase.values())
                .flatMap(one -> ConformanceFolder.FILES.stream().map(file -> one.folder() + "/" + file))
                .toList();
    }

    /**
     * Reads a set, computes every tensor anew from its models and data, and compares. Tolerances are this program's
     * own.
     *
     * @param folder of a case, or with cases in folders of their own, whatever these are called
     * @return a comparison for each tensor
     * @throws InputException if there is no case, a file is missing or malformed, or a tensor is missing, unexpected or
     *     of another shape
     */
    public static List<Comparison> check(Path folder, Compute compute) {
        List<Comparison> comparisons = new ArrayList<>();
        List<Path> cases = cases(folder);
        ConformanceFolder whole = new ConformanceFolder(folder);
        if (whole.exists() || cases.isEmpty()) {
            comparisons.addAll(whole.check(compute));
        }
        for (Path one : cases) {
            new ConformanceFolder(one).check(compute)
                    .forEach(comparison -> comparisons.add(comparison.in(one.getFileName().toString())));
        }
        return comparisons;
    }

    /** Folders in this one that hold a case or what is left of one, by name. */
    private static List<Path> cases(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isDirectory)
                    .filter(path -> new ConformanceFolder(path).exists())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }
}
