package org.plumbline.verification.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.plumbline.io.InputException;
import org.plumbline.verification.benchmark.MatmulReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plumbline bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures matrix products beside the machine's fused-multiply-add peak, in one run.",
            "The JMH benchmarks are in the same jar: see docs/performance.md."
        },
        footer = {"", "Example:", "  ./plumbline bench --threads 2"})
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--threads", paramLabel = "N", description = "Measures on 1 to N threads. Default: the number of processors.")
    private Integer threads;

    @Override
    public Integer call() {
        int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (most < 1 || most > 1024) {
            throw new InputException("--threads " + most + " is out of range: expected 1 to 1024");
        }
        MatmulReport.print(new PrintStream(System.out, true), IntStream.rangeClosed(1, most).toArray());
        return 0;
    }
}
