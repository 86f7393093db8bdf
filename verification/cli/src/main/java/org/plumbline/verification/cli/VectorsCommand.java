package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.StoreFolder;
import org.plumbline.verification.vectors.ConformanceSet;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline vectors}. */
@Command(
        name = "vectors",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Write or check conformance vectors for other implementations.",
        description = "A set has several cases. Each is a small model with data, exact curvatures, factors, inverse "
                + "products and scores, and describes every convention, so that an implementation in any language "
                + "can check itself. --check computes every tensor again from model and data and compares.",
        footer = {
            "",
            "Example:",
            "  ./plumbline vectors --out vectors/",
            "  ./plumbline vectors --check vectors/",
            "  ./plumbline vectors --check vectors/left-padding"
        })
final class VectorsCommand implements Callable<Integer> {

    private static final String TENSORS = "tensors";

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Folder folder;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of models and data, for --out.")
    private long seed;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private static final class Folder {
        @Option(names = "--out", paramLabel = "DIR", required = true,
                description = "Folder to write to; each case gets a folder in it.")
        private Path out;

        @Option(names = "--check", paramLabel = "DIR", required = true,
                description = "Folder of a set or of one case to check.")
        private Path check;
    }

    @Override
    public Integer call() {
        if (folder.check != null) {
            GivenOptions.refuse(spec, "with --check: models and data are in the folder", "--seed");
        }
        try (Workers workers = engine.workers()) {
            Compute compute = new Compute(engine.engine(workers), workers);
            return folder.check == null ? write(compute) : check(compute);
        }
    }

    private int write(Compute compute) {
        PrintWriter out = spec.commandLine().getOut();
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.put("version", Main.version());
        identity.put("seed", Long.toString(seed));
        identity.put("engine", engine.name());
        List<String> names;
        try (StoreFolder store = StoreFolder.write(folder.out, "vectors", identity)) {
            if (!store.isComplete()) {
                String written = String.join(" ", ConformanceSet.write(folder.out, seed, Main.version(), compute));
                ConformanceSet.files().forEach(store::count);
                store.commit(Map.of(TENSORS, written), true);
            }
            names = List.of(store.progress().getOrDefault(TENSORS, "").split(" "));
        }
        long cases = names.stream().map(name -> name.substring(0, name.indexOf('/'))).distinct().count();
        out.println(json
                ? Json.line(names)
                : names.size() + " tensors of " + cases + " cases written to " + folder.out);
        return 0;
    }

    private int check(Compute compute) {
        PrintWriter out = spec.commandLine().getOut();
        List<ConformanceSet.Comparison> comparisons = ConformanceSet.check(folder.check, compute);
        if (json) {
            out.println(Json.line(comparisons));
        } else {
            for (ConformanceSet.Comparison one : comparisons) {
                out.println(String.format(Locale.ROOT, "%-50s distance %8.1e, at most %7.1e  %s",
                        one.name(), one.distance(), one.tolerance(), one.conforms() ? "ok" : "DIFFERS"));
            }
        }
        List<String> different = comparisons.stream()
                .filter(one -> !one.conforms())
                .map(ConformanceSet.Comparison::name)
                .toList();
        if (!different.isEmpty()) {
            throw new InputException(folder.check + ": " + different.size() + " of " + comparisons.size()
                    + " tensors differ: " + String.join(", ", different));
        }
        return 0;
    }
}
