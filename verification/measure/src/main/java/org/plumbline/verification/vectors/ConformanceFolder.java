package org.plumbline.verification.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.verification.vectors.ConformanceSet.Comparison;

/**
 * The folder of one case: {@code conformance.json}, {@code model/}, {@code data.safetensors} and {@code
 * vectors.safetensors}. The description is written last, so that a folder with one is whole.
 */
final class ConformanceFolder {
    private static final String MANIFEST = "conformance.json";
    private static final String MODEL = "model";
    private static final String DATA = "data.safetensors";
    private static final String VECTORS = "vectors.safetensors";

    /** The files of a case, by their names below its folder. */
    static final List<String> FILES = Stream.concat(
            PretrainedModel.FILES.stream().map(file -> MODEL + "/" + file),
            Stream.of(DATA, VECTORS, MANIFEST)).toList();

    private final Path folder;

    ConformanceFolder(Path folder) {
        this.folder = folder;
    }

    /** Whether there is a case, or what is left of one. */
    boolean exists() {
        return Files.exists(folder.resolve(MANIFEST)) || Files.exists(folder.resolve(DATA))
                || Files.exists(folder.resolve(VECTORS));
    }

    /**
     * Writes a case.
     *
     * @throws InputException if the folder cannot be written to
     */
    void write(ConformanceCase which, ConformanceProblem problem, List<ConformanceTensor> tensors, String version) {
        Folders.make(folder);
        try {
            Files.deleteIfExists(folder.resolve(MANIFEST));
        } catch (IOException e) {
            throw new InputException(folder.resolve(MANIFEST) + ": cannot be replaced: " + e.getMessage(), e);
        }
        new PretrainedModel(problem.model(), problem.parameters()).save(folder.resolve(MODEL));
        ConformanceData.write(folder.resolve(DATA), problem);
        SafetensorsWriter vectors = new SafetensorsWriter().metadata("format", ConformanceManifest.FORMAT);
        tensors.forEach(tensor -> vectors.add(tensor.name(), tensor.values(), tensor.shape()));
        vectors.write(folder.resolve(VECTORS));
        Json.write(folder.resolve(MANIFEST), new ConformanceManifest(
                ConformanceManifest.FORMAT, ConformanceManifest.VERSION, version,
                ConformanceManifest.conventionsOf(which), layers(problem.space()),
                tensors.stream().map(tensor -> new ConformanceManifest.Entry(
                        tensor.name(), Arrays.stream(tensor.shape()).boxed().toList(), tensor.tolerance(),
                        tensor.upToSign(), tensor.meaning())).toList()));
    }

    private static List<ConformanceManifest.Layer> layers(BlockSpace space) {
        return IntStream.range(0, space.blocks().size())
                .mapToObj(i -> {
                    ParameterBlock block = space.blocks().get(i);
                    return new ConformanceManifest.Layer(
                            block.name(), space.offset(i), block.rows(), block.columns(), block.bias().isPresent());
                })
                .toList();
    }

    /**
     * Model, data and blocks.
     *
     * @throws InputException if a file is missing or malformed, or they do not fit each other
     */
    ConformanceProblem problem() {
        Path path = folder.resolve(MANIFEST);
        ConformanceManifest manifest = Json.read(path, ConformanceManifest.class);
        if (!manifest.isKnown()) {
            throw new MalformedFileException(path, "found format '" + manifest.format() + "' version "
                    + manifest.formatVersion() + ", expected '" + ConformanceManifest.FORMAT + "' version 1 to "
                    + ConformanceManifest.VERSION);
        }
        PretrainedModel pretrained = PretrainedModel.load(folder.resolve(MODEL), Precision.DOUBLE);
        try (SafetensorsFile data = SafetensorsFile.open(folder.resolve(DATA))) {
            ConformanceProblem problem = new ConformanceProblem(pretrained.model(), pretrained.parameters(),
                    ConformanceData.training(data, pretrained.model(), manifest.numbersPositions()),
                    ConformanceData.queries(data, pretrained.model(), manifest.numbersPositions()),
                    tracked(pretrained.model(), manifest), others(path, pretrained.model(), manifest));
            requireSame(path, layers(space(path, problem)), manifest.layers());
            return problem;
        }
    }

    private static void requireSame(
            Path path, List<ConformanceManifest.Layer> expected, List<ConformanceManifest.Layer> found) {
        for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
            Object described = i < found.size() ? found.get(i) : "none";
            Object own = i < expected.size() ? expected.get(i) : "none";
            if (!described.equals(own)) {
                throw new MalformedFileException(path, "layer " + i + ": found " + described + ", expected " + own
                        + ": layers stand in the model's order, parameters of their own after them");
            }
        }
    }

    /** The layers of the model that the description names, in the model's order. */
    private static List<TrackedLayer> tracked(Model model, ConformanceManifest manifest) {
        return model.layers().stream()
                .filter(layer -> manifest.layers().stream().anyMatch(one -> one.name().equals(layer.name())))
                .toList();
    }

    /** The parameters that it names, and which are no layers. */
    private static List<ParameterBlock> others(Path path, Model model, ConformanceManifest manifest) {
        return manifest.layers().stream()
                .map(ConformanceManifest.Layer::name)
                .filter(name -> model.layers().stream().noneMatch(layer -> layer.name().equals(name)))
                .map(name -> {
                    try {
                        return ParameterBlock.of(model.space(), name);
                    } catch (ModelException e) {
                        throw new MalformedFileException(path, "layer '" + name + "': " + e.getMessage(), e);
                    }
                })
                .toList();
    }

    private static BlockSpace space(Path path, ConformanceProblem problem) {
        try {
            return problem.space();
        } catch (ModelException e) {
            throw new MalformedFileException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Computes every tensor anew and compares; tolerances are this program's own.
     *
     * @throws InputException as {@link #problem} does, and if a tensor is missing, unexpected or of another shape
     */
    List<Comparison> check(Compute compute) {
        List<ConformanceTensor> tensors = ConformanceVectors.of(problem(), compute);
        try (SafetensorsFile vectors = SafetensorsFile.open(folder.resolve(VECTORS))) {
            requireSameNames(vectors, tensors);
            List<Comparison> comparisons = new ArrayList<>();
            for (ConformanceTensor tensor : tensors) {
                vectors.requireShape(tensor.name(), tensor.shape());
                comparisons.add(new Comparison(
                        tensor.name(), tensor.distance(vectors.doubles(tensor.name())), tensor.tolerance()));
            }
            return comparisons;
        }
    }

    private static void requireSameNames(SafetensorsFile vectors, List<ConformanceTensor> tensors) {
        Set<String> unexpected = new HashSet<>(vectors.names());
        for (ConformanceTensor tensor : tensors) {
            if (!unexpected.remove(tensor.name())) {
                throw new MalformedFileException(vectors.path(), "tensor '" + tensor.name() + "' is missing; expected "
                        + tensor.shapeText() + ", " + tensor.meaning());
            }
        }
        if (!unexpected.isEmpty()) {
            throw new MalformedFileException(
                    vectors.path(), "found tensors " + unexpected + " that a set of this model and data does not have");
        }
    }
}
