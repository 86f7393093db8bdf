package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plumbline.PlumblineException;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.ScalePlan;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.Aggregation;
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
                + "batches. What does not fit is marked, and refused after the table.",
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

    @Option(names = "--tokens", paramLabel = "BY",
            description = "Token scores of a scan with tokens: gradient, output or input, as for scores. Default: "
                    + "gradient.")
    private String tokens;

    @Option(names = "--aggregate", paramLabel = "HOW", defaultValue = "none",
            description = "none: scores of each query; sum, mean: scores of all queries as one.")
    private String aggregate;

    @Option(names = "--paper", description = "Also list what the sizes of models in Grosse et al. (2023) would take.")
    private boolean paper;

    @Override
    public Integer call() {
        if (queries < 1 || rank < 0) {
            throw new InputException("--queries " + queries + ", --rank " + rank + ": expected at least 1 and 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        Strategy strategy = curvature.strategy();
        int partitions = curvature.partitions();
        FisherLabels labels = curvature.labels(SEED);
        TokenScores kind = PipelineOptions.tokens(tokens == null ? "gradient" : tokens);
        Aggregation aggregation = PipelineOptions.aggregation(aggregate);
        int rows = aggregation == Aggregation.NONE ? queries : 1;
        ModelFolder folder = model.load(data);
        long begin = System.nanoTime();
        try (Workers workers = engineOptions.workers();
                TokenizedCorpus corpus = data.open(folder, scratch.folder(), spec.commandLine().getErr())) {
            Pipeline pipeline = batches.pipeline(folder, curvature.layers(folder),
                    new Compute(engineOptions.engine(workers), workers));
            curvature.requirePartitions(pipeline.layers());
            double reading = (System.nanoTime() - begin) * 1e-9;
            SequenceLengths lengths = corpus.sequences().lengths();
            ScalePlan plan = ScalePlan.of(
                    pipeline, lengths, corpus.packing().length(), rows, rank, strategy, labels, kind);
            line(out, "%,d sequences, %d layers, %d queries%s, rank %d, %s, %d threads", lengths.sequences(),
                    pipeline.layers().size(), queries, rows == queries ? "" : " as one", rank, curvature.describe(),
                    workers.threads());
            line(out, "%,d positions, at most %,d a sequence; %,d with padding",
                    lengths.fed(), lengths.longest(), lengths.run());
            Map<String, PlumblineException> misfits = misfits(plan);
            Optional<ScaleProbe> probe = misfits.isEmpty()
                    ? Optional.of(ScaleProbe.of(
                            pipeline, corpus.sequences(), queries, rank, aggregation, strategy, partitions, labels,
                            kind))
                    : Optional.empty();
            line(out, "%-18s %12s %12s %12s", "stage", "memory", "disk", "time");
            for (ScalePlan.Stage stage : plan.stages()) {
                String time = probe.map(measured -> String.format(Locale.ROOT, "%10.1f s",
                        reading + cost(measured, stage.name()).seconds(lengths.run()))).orElse("unknown");
                line(out, "%-18s %8.0f MiB %8.0f MiB %12s%s", stage.name(), stage.residentBytes() / 1048576.0,
                        stage.diskBytes() / 1048576.0, time,
                        misfits.containsKey(stage.name()) ? "  does not fit" : "");
            }
            if (paper) {
                paper(out);
            }
            out.flush();
            refuse(misfits);
        }
        return 0;
    }

    /** What does not fit, by stage; nothing of it is run. */
    private Map<String, PlumblineException> misfits(ScalePlan plan) {
        Map<String, PlumblineException> misfits = new LinkedHashMap<>();
        for (ScalePlan.Stage stage : plan.stages()) {
            try {
                plan.requireFits(scratch.folder(), stage.name());
            } catch (PlumblineException e) {
                misfits.put(stage.name(), e);
            }
        }
        return misfits;
    }

    /** Scans of tokens and of sequences against themselves are not what everyone wants. */
    private void refuse(Map<String, PlumblineException> misfits) {
        for (String stage : tokens == null
                ? List.of(ScalePlan.FIT, ScalePlan.SCAN)
                : List.of(ScalePlan.FIT, ScalePlan.SCAN, ScalePlan.TOKEN_SCAN)) {
            PlumblineException misfit = misfits.get(stage);
            if (misfit != null) {
                throw misfit;
            }
        }
    }

    private static ScaleProbe.Cost cost(ScaleProbe probe, String stage) {
        return switch (stage) {
            case ScalePlan.FIT -> probe.fit();
            case ScalePlan.SCAN -> probe.scan();
            case ScalePlan.TOKEN_SCAN -> probe.tokenScan();
            case ScalePlan.SELF_SCAN -> probe.self();
            default -> throw new IllegalArgumentException(stage);
        };
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
