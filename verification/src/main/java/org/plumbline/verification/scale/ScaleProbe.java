package org.plumbline.verification.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.influence.pipeline.Aggregation;
import org.plumbline.influence.pipeline.BlockEigenbases;
import org.plumbline.influence.pipeline.FactorPass;
import org.plumbline.influence.pipeline.FittedCurvature;
import org.plumbline.influence.pipeline.FoldStore;
import org.plumbline.influence.pipeline.MomentPass;
import org.plumbline.influence.pipeline.PassListener;
import org.plumbline.influence.pipeline.Pipeline;
import org.plumbline.influence.pipeline.Queries;
import org.plumbline.influence.pipeline.QueryPass;
import org.plumbline.influence.pipeline.ScanPass;
import org.plumbline.influence.pipeline.Sequences;
import org.plumbline.influence.pipeline.SubSequences;
import org.plumbline.model.Example;

/**
 * Times of the stages, measured on two shards for each thread after as many to warm up. Passes take time in proportion to
 * sequences; eigendecompositions and queries do not depend on them and are run in full.
 *
 * @param fitPerSequence seconds of both passes
 * @param fitOnce seconds of the eigendecompositions
 * @param scanPerSequence seconds
 * @param tokenScanPerSequence seconds
 * @param queriesOnce seconds
 */
public record ScaleProbe(
        double fitPerSequence, double fitOnce, double scanPerSequence, double tokenScanPerSequence, double queriesOnce) {
    private static final double DAMPING = 0.1;

    /** Runs the stages on the first sequences of the data. */
    public static ScaleProbe of(Pipeline pipeline, Sequences data, int queries, int rank) {
        int count = Math.min(data.size(), 2 * pipeline.shard() * pipeline.compute().workers().threads());
        Sequences sample = new SubSequences(data, IntStream.range(0, count).toArray());
        List<KroneckerFactors> factors = new ArrayList<>();
        double first = warmTime(() -> {
            factors.clear();
            factors.addAll(new FactorPass(pipeline, 1).run(sample, FoldStore.NONE, PassListener.NONE));
        });
        List<KroneckerBasis> bases = new ArrayList<>();
        double eigen = time(() -> bases.addAll(BlockEigenbases.of(factors, 1, pipeline.compute().workers())));
        List<double[]> moments = new ArrayList<>();
        double second = warmTime(() -> {
            moments.clear();
            moments.addAll(MomentPass.inBasis(pipeline, 1, bases).run(sample, FoldStore.NONE, PassListener.NONE));
        });
        QueryPass pass = new QueryPass(
                pipeline, FittedCurvature.ekfac(pipeline.layers(), bases, moments, DAMPING));
        List<Example> examples = IntStream.range(0, queries).mapToObj(q -> data.get(q % data.size())).toList();
        List<Queries> preconditioned = new ArrayList<>();
        double once = time(() -> preconditioned.add(pass.run(examples, rank, Aggregation.NONE)));
        double scan = warmTime(() -> scan(ScanPass.pairwise(pipeline, preconditioned.getFirst(), false), sample));
        double tokens = warmTime(() -> scan(ScanPass.pairwise(pipeline, preconditioned.getFirst(), true), sample));
        return new ScaleProbe((first + second) / count, eigen, scan / count, tokens / count, once);
    }

    private static void scan(ScanPass pass, Sequences data) {
        pass.run(data, part -> {}, PassListener.NONE);
    }

    private static double warmTime(Runnable work) {
        work.run();
        return time(work);
    }

    private static double time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }

    /** Both passes and the eigendecompositions. */
    public double fitSeconds(long sequences) {
        return fitOnce + fitPerSequence * sequences;
    }

    /** A scan, with the queries' gradients. */
    public double scanSeconds(long sequences) {
        return queriesOnce + scanPerSequence * sequences;
    }

    /** A scan that keeps the score of each token, with the queries' gradients. */
    public double tokenScanSeconds(long sequences) {
        return queriesOnce + tokenScanPerSequence * sequences;
    }
}
