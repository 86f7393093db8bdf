package org.plumbline.verification.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.io.InputException;
import org.plumbline.verification.bench.MatmulReport;
import org.plumbline.verification.bench.ProcessorPeak;
import org.plumbline.verification.bench.ProductPeak;
import org.plumbline.verification.bench.ScaleBench;
import org.plumbline.verification.bench.ScaleConfiguration;
import org.plumbline.verification.bench.ScalingBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Measure the speed of this machine, of a fit and of a scan.",
        description = "Without --scale, --scaling and --gpt2 it measures matrix products on 1 to N threads. Products "
                + "and the stages of --scale are compared with the machine's peak of fused multiply-adds, measured in "
                + "the same run; with another engine than vector, with large matrix products on that engine.",
        footer = {
            "",
            "Examples:",
            "  ./plumbline bench --threads 2",
            "  ./plumbline bench --scale small --text shakespeare.txt --threads 2",
            "  ./plumbline bench --scale mid --text shakespeare.txt --engine tornado",
            "  ./plumbline bench --scaling sequences --text shakespeare.txt",
            "  PLUMBLINE_JAVA_OPTS=-Xmx6g ./plumbline bench --gpt2 --partitions 4"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int GPT2_SEQUENCES = 8;
    private static final String SCALE = "--scale";
    private static final String SCALING = "--scaling";
    private static final String GPT2 = "--gpt2";

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engineOptions;

    @Option(names = SCALE, paramLabel = "NAME",
            description = "Measure the stages of a fit and a scan: small or mid.")
    private String scale;

    @Option(names = SCALING, paramLabel = "WHAT",
            description = "Measure how the time of a fit and a scan grows with sequences, tokens, queries or width.")
    private String scaling;

    @Option(names = GPT2,
            description = "Measure loading, loss, fit and query on a model of GPT-2's size (124 million parameters) "
                    + "with random weights.")
    private boolean gpt2;

    @Option(names = "--layers", paramLabel = "GLOB",
            description = "Pattern of the layers that --gpt2 fits. Default: all MLP layers.")
    private String layers;

    @Option(names = "--partitions", paramLabel = "N", defaultValue = "1",
            description = "Split each Kronecker factor of --gpt2 into this many diagonal partitions.")
    private int partitions;

    @Option(names = "--length", paramLabel = "N", defaultValue = "128",
            description = "Positions per sequence of --gpt2.")
    private int length;

    @Option(names = "--text", paramLabel = "FILE",
            description = "Text for --scale (at least 260 kB) or --scaling.")
    private Path text;

    @Option(names = "--sequences", paramLabel = "N",
            description = "Number of sequences. Default: 2000 for --scale, 8 for --gpt2.")
    private Integer sequences;

    @Override
    public Integer call() throws IOException {
        int threads = engineOptions.threads();
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        requireOneMeasurement();
        PrintStream out = new PrintStream(System.out, true);
        if (scale != null) {
            scale(out);
        } else if (scaling != null) {
            requireDefaultEngine("bench --scaling");
            ScalingBench.run(curve(), text(SCALING), Path.of(System.getProperty("java.io.tmpdir")), threads, out);
        } else if (gpt2) {
            gpt2(threads, out);
        } else {
            requireDefaultEngine("bench without --scale or --gpt2");
            MatmulReport.print(out, IntStream.rangeClosed(1, threads).toArray());
        }
        return 0;
    }

    private void requireOneMeasurement() {
        List<String> chosen = Stream.of(SCALE, SCALING, GPT2).filter(option -> GivenOptions.has(spec, option)).toList();
        if (chosen.size() > 1) {
            throw new InputException("found " + String.join(" and ", chosen) + ", expected one of them");
        }
        String beside = chosen.isEmpty() ? "without --scale, --scaling or --gpt2" : "with " + chosen.getFirst();
        if (!gpt2) {
            GivenOptions.refuse(spec, beside + ": it is an option of --gpt2", "--layers", "--partitions", "--length");
        }
        if (scale == null && scaling == null) {
            GivenOptions.refuse(spec, beside + ": it is an option of --scale and --scaling", "--text");
        }
        if (scale == null && !gpt2) {
            GivenOptions.refuse(spec, beside + ": it is an option of --scale and --gpt2", "--sequences");
        }
    }

    private void scale(PrintStream out) {
        ScaleConfiguration configuration = switch (scale) {
            case "small" -> ScaleConfiguration.small();
            case "mid" -> ScaleConfiguration.mid();
            default -> throw new InputException("--scale '" + scale + "' is unknown: expected small or mid");
        };
        Path source = text(SCALE);
        try (Workers workers = engineOptions.workers()) {
            Compute compute = new Compute(engineOptions.engine(workers), workers);
            ScaleBench.run(sequences == null ? configuration : configuration.ofSequences(sequences), source, compute,
                    engineOptions.isDefault() ? new ProcessorPeak(workers) : ProductPeak.of(compute), out);
        }
    }

    private void gpt2(int threads, PrintStream out) throws IOException {
        // Lest an engine that is not there be found out after the model is written.
        try (Workers workers = Workers.serial()) {
            engineOptions.engine(workers);
        }
        Gpt2Bench.run(engineOptions.name(), threads, sequences == null ? GPT2_SEQUENCES : sequences, length, layers,
                partitions, out);
    }

    private void requireDefaultEngine(String measured) {
        if (!engineOptions.isDefault()) {
            throw new InputException(measured + " measures the engine vector alone, found --engine '"
                    + engineOptions.name() + "'; bench --scale and bench --gpt2 take any engine");
        }
    }

    private ScalingBench.Curve curve() {
        return switch (scaling) {
            case "sequences" -> ScalingBench.Curve.SEQUENCES;
            case "tokens" -> ScalingBench.Curve.TOKENS;
            case "queries" -> ScalingBench.Curve.QUERIES;
            case "width" -> ScalingBench.Curve.WIDTH;
            default -> throw new InputException(
                    "--scaling '" + scaling + "' is unknown: expected sequences, tokens, queries or width");
        };
    }

    private Path text(String option) {
        if (text == null) {
            throw new InputException(option + " needs --text FILE, the text to take sequences from");
        }
        return text;
    }
}
