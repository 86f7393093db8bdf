package org.plumbline.verification.scale;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.plumbline.batch.Batch;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.LengthBuckets;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SubSequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.DiagonalizedCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.Strategy;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.Example;
import org.plumbline.solve.ExactFit;

/**
 * Times of the stages, measured on two shards for each thread. Passes take time in proportion to the positions that
 * run, padding included. A pass is run again until it gets no faster: what the first runs take beyond the fastest,
 * mostly compilation, is paid as far as the data reach. Eigendecompositions and queries are run in full and paid once.
 *
 * @param fit both passes and the eigendecompositions
 * @param scan with the queries' gradients, in a process of its own
 * @param tokenScan the same with the score of each token
 * @param self a scan of each sequence against itself
 */
public record ScaleProbe(Cost fit, Cost scan, Cost tokenScan, Cost self) {

    /**
     * What a stage takes.
     *
     * @param perPosition seconds for each position that runs, once all is warm
     * @param once seconds, whatever the data
     * @param sample positions of a run that was measured
     * @param warming seconds that the first run takes beyond a warm one, the second, and so on
     */
    public record Cost(double perPosition, double once, double sample, List<Double> warming) {

        /** Seconds of the stage on so many positions, padding included. */
        public double seconds(long positions) {
            double seconds = once + perPosition * positions;
            for (int i = 0; i < warming.size(); i++) {
                seconds += warming.get(i) * Math.clamp(positions / sample - i, 0, 1);
            }
            return seconds;
        }
    }

    private static final double DAMPING = 0.1;
    /** Seconds from the start of a process to its first pass. */
    private static final double START = 0.7;

    /** Seconds after which a pass counts as warm in any case. */
    private static final double LONGEST = 12;
    /** Seconds without a run that is faster by a tenth, after which it counts as warm: compilers work meanwhile. */
    private static final double PATIENCE = 1.5;

    /**
     * The time of the fastest run, and what the runs before it took beyond it, in their order: a longer pass would have
     * been slow for as long.
     */
    record Times(double warm, List<Double> warming) {
        private static Times ofWork(long most, Runnable work) {
            return of(most, () -> time(work));
        }

        /**
         * @param most runs that the data are worth; there are two in any case
         * @param run makes a run, and says how many seconds it took
         */
        static Times of(long most, DoubleSupplier run) {
            List<Double> runs = new ArrayList<>();
            double all = 0;
            double best = Double.POSITIVE_INFINITY;
            double since = 0;
            while (runs.size() < 2 || runs.size() < most && all < LONGEST && since < PATIENCE) {
                double seconds = run.getAsDouble();
                runs.add(seconds);
                all += seconds;
                since = seconds < 0.9 * best ? 0 : since + seconds;
                best = Math.min(best, seconds);
            }
            double warm = Collections.min(runs);
            return new Times(warm, runs.subList(0, runs.indexOf(warm)).stream().map(cold -> cold - warm).toList());
        }
    }

    /**
     * Runs the stages on the first sequences of the data.
     *
     * @param aggregation of the queries
     * @param partitions of each Kronecker factor
     * @param labels of the fit
     * @param kind what a scan with tokens scores
     */
    public static ScaleProbe of(
            Pipeline pipeline, Sequences data, int queries, int rank, Aggregation aggregation, Strategy strategy,
            int partitions, FisherLabels labels, TokenScores kind) {
        int count = Math.min(data.size(), 2 * pipeline.shard() * pipeline.compute().workers().threads());
        Sequences sample = new SubSequences(data, IntStream.range(0, count).toArray());
        double positions = positions(sample, pipeline);
        long runs = Math.ceilDiv(data.size(), count);
        double perPosition = 0;
        double once = START;
        List<Double> warming = List.of();
        List<Double> first = List.of();
        FactorFit fit = new FactorFit(pipeline, sample, labels);
        List<KroneckerFactors> factors = new ArrayList<>();
        List<KroneckerBasis> bases = new ArrayList<>();
        if (strategy.hasFactors()) {
            Times pass = Times.ofWork(runs, () -> {
                factors.clear();
                factors.addAll(fit.factors());
            });
            warming = pass.warming();
            first = pass.warming();
            perPosition += pass.warm() / positions;
            once += time(() -> bases.addAll(
                    KroneckerBasis.of(factors, partitions, pipeline.compute().workers(), PassListener.NONE)));
        }
        double[] moments = new double[fit.space().dimension()];
        if (strategy.hasMoments()) {
            Times pass = Times.ofWork(runs, () -> {
                double[] found = strategy.hasFactors() ? fit.eigenvalues(bases) : fit.diagonal();
                System.arraycopy(found, 0, moments, 0, moments.length);
            });
            warming = sum(warming, pass.warming());
            first = first.isEmpty() ? pass.warming() : first;
            perPosition += pass.warm() / positions;
        }
        DiagonalizedCurvature curvature = switch (strategy) {
            case IDENTITY -> new IdentityCurvature(fit.space());
            case DIAGONAL -> new DiagonalCurvature(fit.space(), moments);
            case KFAC, KFAC_TIKHONOV -> KroneckerCurvature.kfac(factors, bases, pipeline.compute());
            case EKFAC -> new KroneckerCurvature(fit.space(), bases, moments, pipeline.compute());
            // A scan does not see what its queries were preconditioned with.
            case SHAMPOO, NEAREST, BLOCK_DIAGONAL, EXACT, LANCZOS, LOGRA, TRAK -> new IdentityCurvature(fit.space());
        };
        if (strategy.isDense() || strategy.hasProducts()) {
            perPosition += exact(pipeline, sample, fit.space(), strategy) / positions;
        }
        ClosedFormInverse inverse = curvature.inverse(curvature.damping(DAMPING));
        QueryPass pass = new QueryPass(pipeline, inverse);
        List<Example> examples = IntStream.range(0, queries).mapToObj(q -> data.get(q % data.size())).toList();
        List<Queries> preconditioned = new ArrayList<>();
        double gradients = time(() -> preconditioned.add(pass.run(examples, rank, aggregation)));
        Times scan = scan(() -> ScanPass.pairwise(pipeline, preconditioned.getFirst(), TokenScores.NONE), sample, runs);
        Times tokens = scan(() -> ScanPass.pairwise(pipeline, preconditioned.getFirst(), kind), sample, runs);
        Times self = scan(() -> ScanPass.self(pipeline, inverse), sample, runs);
        // A scan is another process than the fit, and has to get warm as the first pass had here.
        return new ScaleProbe(
                new Cost(perPosition, once, positions, warming),
                new Cost(scan.warm() / positions, START + gradients, positions, sum(first, scan.warming())),
                new Cost(tokens.warm() / positions, START + gradients, positions, sum(first, tokens.warming())),
                new Cost(self.warm() / positions, START, positions, sum(first, self.warming())));
    }

    private static List<Double> sum(List<Double> first, List<Double> second) {
        return IntStream.range(0, Math.max(first.size(), second.size()))
                .mapToObj(i -> (i < first.size() ? first.get(i) : 0) + (i < second.size() ? second.get(i) : 0))
                .toList();
    }

    /** Positions that run, padding included. */
    private static double positions(Sequences sample, Pipeline pipeline) {
        return LengthBuckets.batches(sample, 0, sample.size(), pipeline.batch(), sample.longest()).stream()
                .mapToLong(Batch::positions).sum();
    }

    private static Times scan(Supplier<ScanPass> pass, Sequences data, long runs) {
        return Times.ofWork(runs, () -> pass.get().run(data, part -> {}, PassListener.NONE));
    }

    /** Seconds that the exact matrix, or all products with it, take on the sample. */
    private static double exact(Pipeline pipeline, Sequences sample, BlockSpace space, Strategy strategy) {
        Objective objective = Objective.of(pipeline, sample);
        if (strategy.isDense()) {
            return time(() -> DenseExactCurvature.gaussNewton(
                    objective, pipeline.layers(), pipeline.compute(), _ -> {}));
        }
        ExactCurvature product = ExactCurvature.gaussNewton(objective, space, pipeline.compute());
        return ExactFit.products(strategy, strategy.defaultSize(), space)
                * time(() -> product.apply(new double[space.dimension()]));
    }

    private static double time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }
}
