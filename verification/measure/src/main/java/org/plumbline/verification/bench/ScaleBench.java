package org.plumbline.verification.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.random.RandomStreams;

/**
 * The stages of influence at scale on a fixed configuration: seconds, useful operations ({@link ScaleConfiguration}
 * gives the formulas), and their share of a {@link Peak} that is measured in the same process before and after each
 * stage. A model's parameters do not change its speed, so they are fresh ones.
 *
 * <p>Two shares are given: of the time on the clock, and of the time that the process was on a processor. On a quiet
 * machine they agree; where other work runs only the second says how good the code is. On a device there is no second.
 * Memory is the largest that was resident up to the end of a stage.
 */
public final class ScaleBench {
    private static final double DAMPING = 0.1;
    private static final int RANK = 32;
    private static final int PROMPT = 64;
    /** Sequences that get the token scores which take a pass for each query. */
    private static final int SAMPLE = 250;
    /**
     * Sequences that the JVM's compilers are given to do their work on, once a process; their time is a row of its own.
     */
    private static final int WARM_UP = 128;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Collects what a stage has let go of, as the command line does. */
    private static final PassListener COLLECTING = new PassListener() {
        @Override
        public void merged(int done, int total) {}

        @Override
        public void released() {
            System.gc();
        }
    };

    private final ScaleConfiguration configuration;
    private final Compute compute;
    private final Peak peak;
    private final PrintStream out;

    private ScaleBench(ScaleConfiguration configuration, Compute compute, Peak peak, PrintStream out) {
        this.configuration = configuration;
        this.compute = compute;
        this.peak = peak;
        this.out = out;
    }

    /**
     * Runs all stages in single precision and prints a row for each.
     *
     * @param text whose first bytes are the training sequences, and the next the queries
     * @param peak what the stages are shares of
     * @throws InputException if the text is too short
     */
    public static void run(
            ScaleConfiguration configuration, Path text, Compute compute, Peak peak, PrintStream out) {
        new ScaleBench(configuration, compute, peak, out).run(InputFiles.bytes(text), text);
    }

    private void run(byte[] bytes, Path text) {
        int size = ScaleConfiguration.LENGTH + 1;
        int sequences = configuration.sequences();
        long needed = (long) (sequences + configuration.queries()) * size;
        if (bytes.length < needed) {
            throw new InputException(text + ": found " + bytes.length + " bytes, expected at least " + needed);
        }
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < sequences + configuration.queries(); m++) {
            int[] tokens = new int[size];
            for (int t = 0; t < size; t++) {
                tokens[t] = Byte.toUnsignedInt(bytes[m * size + t]);
            }
            examples.add(m < sequences ? Example.ofTokens(tokens) : Example.ofCompletion(tokens, PROMPT));
        }
        Sequences data = Sequences.of(examples.subList(0, sequences));
        List<Example> queries = examples.subList(sequences, examples.size());
        Gpt2 model = new Gpt2(configuration.model());
        Pipeline pipeline = Pipeline.of(model, model.initialize(RandomStreams.of(1, "parameters", 0)),
                model.mlpLayers(), Precision.SINGLE, compute);

        out.printf(Locale.ROOT, "%s: %d blocks, width %d, MLP %d, %d sequences of %d bytes, %d queries, %d threads%n",
                configuration.name(), configuration.model().layers(), configuration.model().width(),
                configuration.model().hidden(), sequences, ScaleConfiguration.LENGTH, configuration.queries(),
                compute.workers().threads());
        peak.note().ifPresent(out::println);
        out.printf("%-32s %9s %9s %9s %9s %7s %9s %7s %9s%n", "stage", "seconds", "TFLOP", "GFLOP/s", "peak", "share",
                "CPU s", "share", "memory");
        peak.measure();
        var layers = pipeline.layers();
        FisherLabels labels = new FisherLabels.Sampled(1, 1);
        Sequences few = Sequences.of(examples.subList(0, Math.min(WARM_UP, sequences)));
        stage("warm-up, factors of " + few.size(), 0,
                () -> new FactorFit(pipeline, few, labels).factors());
        FactorFit fit = new FactorFit(pipeline, data, labels);
        List<KroneckerFactors> factors = stage("covariance factors", configuration.factors(layers),
                () -> fit.factors(FoldStore.NONE, COLLECTING));
        List<KroneckerBasis> bases = stage("eigendecomposition, double", 0,
                () -> KroneckerBasis.of(factors, 1, compute.workers(), COLLECTING));
        double[] moments = stage("eigenvalues", configuration.moments(layers),
                () -> fit.eigenvalues(bases, FoldStore.NONE, COLLECTING));
        KroneckerCurvature curvature = new KroneckerCurvature(fit.space(), bases, moments, compute);
        ClosedFormInverse inverse = curvature.inverse(curvature.damping(DAMPING));
        QueryPass pass = new QueryPass(pipeline, inverse);
        Queries whole = stage("queries, full rank", 0, () -> pass.run(queries, 0, Aggregation.NONE));
        Queries thin = stage("queries, rank " + RANK, 0, () -> pass.run(queries, RANK, Aggregation.NONE));
        stage("pairwise scores, full rank", configuration.pairwise(layers), () -> scan(
                ScanPass.pairwise(pipeline, whole, TokenScores.NONE), data));
        stage("the same per token, full rank", configuration.tokenwise(layers), () -> scan(
                ScanPass.pairwise(pipeline, whole, TokenScores.GRADIENT), data));
        stage("the same per token, rank " + RANK, configuration.tokenwise(layers, RANK), () -> scan(
                ScanPass.pairwise(pipeline, thin, TokenScores.GRADIENT), data));
        stage("self scores", configuration.moments(layers), () -> scan(ScanPass.self(pipeline, inverse), data));
        int sampled = Math.min(SAMPLE, sequences);
        Sequences sample = Sequences.of(examples.subList(0, sampled));
        ScaleConfiguration ofSample = configuration.ofSequences(sampled);
        stage("by predicted token, of " + sampled, ofSample.predicted(layers), () -> scan(
                ScanPass.pairwise(pipeline, whole, TokenScores.OUTPUT), sample));
        stage("by token read, of " + sampled, ofSample.read(layers), () -> scan(
                ScanPass.pairwise(pipeline, whole, TokenScores.INPUT), sample));
    }

    private static double scan(ScanPass scan, Sequences data) {
        double[] sum = new double[1];
        scan.run(data, part -> sum[0] += part.layers()[0][0], PassListener.NONE);
        return sum[0];
    }

    private <T> T stage(String name, double operations, Supplier<T> work) {
        // What the stage before left is not this one's memory.
        System.gc();
        long begin = System.nanoTime();
        long processorBegin = PROCESS.getProcessCpuTime();
        T result = work.get();
        double seconds = (System.nanoTime() - begin) * 1e-9;
        double processorSeconds = (PROCESS.getProcessCpuTime() - processorBegin) * 1e-9;
        double most = peak.measure();
        double speed = operations / seconds * 1e-9;
        if (operations == 0) {
            out.printf(
                    Locale.ROOT, "%-32s %9.2f %47.2f %17s%n", name, seconds, processorSeconds, ResidentMemory.peak());
        } else {
            double ofProcessor = operations * 1e-9 * compute.workers().threads() / processorSeconds;
            String share = peak.ofProcessors() ? String.format(Locale.ROOT, "%.0f%%", 100 * ofProcessor / most) : "-";
            out.printf(Locale.ROOT, "%-32s %9.2f %9.2f %9.1f %9.1f %6.0f%% %9.2f %7s %9s%n", name, seconds,
                    operations * 1e-12, speed, most, 100 * speed / most, processorSeconds, share,
                    ResidentMemory.peak());
        }
        return result;
    }
}
