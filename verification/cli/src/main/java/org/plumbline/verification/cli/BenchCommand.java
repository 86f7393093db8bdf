package org.plumbline.verification.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
import picocli.CommandLine.Option;

/** {@code plumbline bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures matrix products on 1 to N threads, or with --scale the stages of influence at scale, beside the",
            "machine's fused-multiply-add peak, in one run; or with --gpt2 the commands on a model of 124 million",
            "parameters. With another engine than vector, --scale takes large products through it as the peak.",
            "The JMH benchmarks are in a module of their own: see docs/performance.md."
        },
        footer = {
            "",
            "Examples:",
            "  ./plumbline bench --threads 2",
            "  ./plumbline bench --scale small --text shakespeare.txt --threads 2",
            "  ./plumbline bench --scale mid --text shakespeare.txt --engine tornado",
            "  ./plumbline bench --scaling sequences --text shakespeare.txt",
            "  PLUMBLINE_JAVA_OPTS=-Xmx6g ./plumbline bench --gpt2 --blocks 4"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int GPT2_SEQUENCES = 8;

    @Mixin
    private EngineOptions engineOptions;

    @Option(names = "--scale", paramLabel = "NAME", description = "Measures influence at scale instead: small or mid.")
    private String scale;

    @Option(names = "--scaling", paramLabel = "WHAT",
            description = "Measures instead how a fit and a scan grow with: sequences, tokens, queries or width.")
    private String scaling;

    @Option(names = "--gpt2",
            description = "Measures loading, loss, fit and query on a model of GPT-2's size "
                    + "with random weights instead.")
    private boolean gpt2;

    @Option(names = "--layers", paramLabel = "GLOB", description = "Layers that --gpt2 fits. Default: those of MLPs.")
    private String layers;

    @Option(names = "--blocks", paramLabel = "O", defaultValue = "1",
            description = "Diagonal blocks of a factor of --gpt2.")
    private int blocks;

    @Option(names = "--length", paramLabel = "N", defaultValue = "128",
            description = "Positions of a sequence of --gpt2.")
    private int length;

    @Option(names = "--text", paramLabel = "FILE",
            description = "Text that --scale (260 kB or more) or --scaling runs on.")
    private Path text;

    @Option(names = "--sequences", paramLabel = "N",
            description = "Sequences. Default: 2000 for --scale, 8 for --gpt2.")
    private Integer sequences;

    @Override
    public Integer call() throws IOException {
        int threads = engineOptions.threads();
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        PrintStream out = new PrintStream(System.out, true);
        if (scale != null) {
            scale(out);
        } else if (scaling != null) {
            requireDefaultEngine("bench --scaling");
            ScalingBench.run(curve(), text("--scaling"), Path.of(System.getProperty("java.io.tmpdir")), threads, out);
        } else if (gpt2) {
            gpt2(threads, out);
        } else {
            requireDefaultEngine("bench without --scale or --gpt2");
            MatmulReport.print(out, IntStream.rangeClosed(1, threads).toArray());
        }
        return 0;
    }

    private void scale(PrintStream out) {
        ScaleConfiguration configuration = switch (scale) {
            case "small" -> ScaleConfiguration.small();
            case "mid" -> ScaleConfiguration.mid();
            default -> throw new InputException("--scale '" + scale + "' is unknown: expected small or mid");
        };
        Path source = text("--scale");
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
                blocks, out);
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
