package org.plumbline.verification.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.io.InputException;
import org.plumbline.verification.benchmark.MatmulReport;
import org.plumbline.verification.benchmark.ScaleBench;
import org.plumbline.verification.benchmark.ScaleConfiguration;
import org.plumbline.verification.benchmark.ScalingBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plumbline bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures matrix products, or with --scale the stages of influence at scale, beside the machine's",
            "fused-multiply-add peak, in one run; or with --gpt2 the commands on a model of 124 million parameters.",
            "The JMH benchmarks are in the same jar: see docs/performance.md."
        },
        footer = {
            "",
            "Examples:",
            "  ./plumbline bench --threads 2",
            "  ./plumbline bench --scale small --text shakespeare.txt --threads 2",
            "  ./plumbline bench --scaling sequences --text shakespeare.txt",
            "  PLUMBLINE_JAVA_OPTS=-Xmx6g ./plumbline bench --gpt2 --blocks 4"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int GPT2_SEQUENCES = 8;

    @Option(names = "--threads", paramLabel = "N",
            description = "Measures on 1 to N threads. Default: the number of processors.")
    private Integer threads;

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
        int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (most < 1 || most > 1024) {
            throw new InputException("--threads " + most + " is out of range: expected 1 to 1024");
        }
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        if (scale != null) {
            return scale(most);
        }
        if (scaling != null) {
            ScalingBench.run(curve(), text("--scaling"), Path.of(System.getProperty("java.io.tmpdir")), most,
                    new PrintStream(System.out, true));
            return 0;
        }
        if (gpt2) {
            Gpt2Bench.run(most, sequences == null ? GPT2_SEQUENCES : sequences, length, layers, blocks,
                    new PrintStream(System.out, true));
            return 0;
        }
        MatmulReport.print(new PrintStream(System.out, true), IntStream.rangeClosed(1, most).toArray());
        return 0;
    }

    private int scale(int threads) {
        ScaleConfiguration configuration = switch (scale) {
            case "small" -> ScaleConfiguration.small();
            case "mid" -> ScaleConfiguration.mid();
            default -> throw new InputException("--scale '" + scale + "' is unknown: expected small or mid");
        };
        Path source = text("--scale");
        try (Workers workers = Workers.of(threads)) {
            ScaleBench.run(sequences == null ? configuration : configuration.ofSequences(sequences), source,
                    new Compute(VectorEngine.orScalar(workers), workers), new PrintStream(System.out, true));
        }
        return 0;
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
