package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.ScalePlan;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.verification.scale.PaperSize;
import org.plumbline.verification.scale.ScaleProbe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Estimate memory, disk space and time of a fit and a scan.",
        description = "Memory (of the whole process) and disk space are calculated. Time is extrapolated from a few "
                + "batches. Refuses what does not fit.",
        footer = {
            "",
            "Example:",
            "  ./plumbline plan --model model/ --data corpus.jsonl --queries 100 --rank 32"
        })
final class PlanCommand implements Callable<Integer> {

    /** Operations a second that the table for the paper's sizes assumes: two cores of 2024. */
    private static final double ASSUMED_SPEED = 2e11;

    /** Any other costs as much. */
    private static final long SEED = 1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataOptions data;

    @Mixin
    private ScratchOptions scratch;

    @Mixin
    private CurvatureOptions curvature;

    @Mixin
    private PipelineOptions batches;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private ModelOptions model;

    @Option(names = "--queries", paramLabel = "N", defaultValue = "16", description = "Number of queries.")
    private int queries;

    @Option(names = "--rank", paramLabel = "R", defaultValue = "0",
            description = "Rank of the preconditioned query gradients. 0 keeps them whole.")
    private int rank;

    @Option(names = "--tokens", paramLabel = "BY", defaultValue = "gradient",
            description = "Token scores of a scan with tokens: gradient, output or input, as for scores.")
    private String tokens;

    @Override
    public Integer call() {
        if (queries < 1 || rank < 0) {
            throw new InputException("--queries " + queries + ", --rank " + rank + ": expected at least 1 and 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        Strategy strategy = curvature.strategy();
        int partitions = curvature.partitions();
        FisherLabels labels = curvature.labels(SEED);
        TokenScores kind = PipelineOptions.tokens(tokens);
        ModelFolder folder = model.load(data);
        long begin = System.nanoTime();
        try (Workers workers = engineOptions.workers(); TokenizedCorpus corpus = data.open(folder, scratch.folder())) {
            Pipeline pipeline = batches.pipeline(folder, curvature.layers(folder),
                    new Compute(engineOptions.engine(workers), workers));
            curvature.requirePartitions(pipeline.layers());
            double reading = (System.nanoTime() - begin) * 1e-9;
            SequenceLengths lengths = corpus.sequences().lengths();
            ScalePlan plan = ScalePlan.of(
                    pipeline, lengths, corpus.packing().length(), queries, rank, strategy, labels, kind);
            plan.requireFits(scratch.folder(), ScalePlan.FIT);
            plan.requireFits(scratch.folder(), ScalePlan.SCAN);
            ScaleProbe probe = ScaleProbe.of(
                    pipeline, corpus.sequences(), queries, rank, strategy, partitions, labels, kind);
            line(out, "%,d sequences of at most %,d positions; %,d positions in all, %,d with padding",
                    lengths.sequences(), lengths.longest(), lengths.fed(), lengths.run());
            line(out, "%d layers, %d queries, rank %d, %s, %d threads",
                    pipeline.layers().size(), queries, rank,
                    curvature.describe(), workers.threads());
            line(out, "%-18s %12s %12s %12s", "stage", "memory", "disk", "time");
            List<ScaleProbe.Cost> costs = List.of(probe.fit(), probe.scan(), probe.tokenScan(), probe.self());
            IntStream.range(0, plan.stages().size()).forEach(i -> {
                ScalePlan.Stage stage = plan.stages().get(i);
                line(out, "%-18s %8.0f MiB %8.0f MiB %10.1f s", stage.name(), stage.residentBytes() / 1048576.0,
                        stage.diskBytes() / 1048576.0, reading + costs.get(i).seconds(lengths.run()));
            });
        }
        paper(out);
        out.flush();
        return 0;
    }

    private static void paper(PrintWriter out) {
        line(out, "");
        line(out, "on paper: fitting MLP layers of the sizes of Grosse et al. (2023) on 10^8 tokens at 200 GFLOP/s");
        line(out, "%-8s %8s %8s %14s %14s %14s", "size", "blocks", "width", "factors", "passes", "eigenvectors");
        for (PaperSize size : PaperSize.all()) {
            line(out, "%-8s %8d %8d %10.1f GiB %9.0f days %9.1f days", size.parameters(), size.blocks(), size.width(),
                    size.factorBytes() / (1L << 30), size.fitOperationsPerToken() * 1e8 / ASSUMED_SPEED / 86400,
                    size.eigenOperations() / ASSUMED_SPEED / 86400);
        }
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
