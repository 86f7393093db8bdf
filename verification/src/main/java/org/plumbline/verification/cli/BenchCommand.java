package org.plumbline.verification.cli;

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plumbline bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures matrix products, or with --scale the stages of influence at scale, beside the machine's",
            "fused-multiply-add peak, in one run.",
            "The JMH benchmarks are in the same jar: see docs/performance.md."
        },
        footer = {
            "",
            "Examples:",
            "  ./plumbline bench --threads 2",
            "  ./plumbline bench --scale small --text shakespeare.txt --threads 2"
        })
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--threads", paramLabel = "N", description = "Measures on 1 to N threads. Default: the number of processors.")
    private Integer threads;

    @Option(names = "--scale", paramLabel = "NAME", description = "Measures influence at scale instead: small or mid.")
    private String scale;

    @Option(names = "--text", paramLabel = "FILE", description = "Text that --scale runs on, 260 kB or more.")
    private Path text;

    @Option(names = "--sequences", paramLabel = "N", description = "Sequences of --scale. Default: 2000.")
    private Integer sequences;

    @Override
    public Integer call() {
        int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (most < 1 || most > 1024) {
            throw new InputException("--threads " + most + " is out of range: expected 1 to 1024");
        }
        if (scale != null) {
            return scale(most);
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
        if (text == null) {
            throw new InputException("--scale needs --text FILE, the text to take sequences from");
        }
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        try (Workers workers = Workers.of(threads)) {
            ScaleBench.run(sequences == null ? configuration : configuration.ofSequences(sequences), text,
                    new Compute(VectorEngine.orScalar(workers), workers), new PrintStream(System.out, true));
        }
        return 0;
    }
}
