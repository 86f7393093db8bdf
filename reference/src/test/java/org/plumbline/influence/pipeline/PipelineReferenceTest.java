package org.plumbline.influence.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Precision;
import org.plumbline.model.TrackedLayer;

/**
 * Every stage of the pipeline against the exact curvature package, which takes one sequence at a time, in double
 * precision and with the same sampled labels.
 *
 * <p>Tolerances: in double precision both sides round sums of some thousand terms, {@code 1e3 · 1.1e−16}, and the
 * division by {@code D + λ}, whose condition number is at most {@code max Λ / λ ~ 1e3}, magnifies that: 1e−10. In single
 * precision the product promises 1e−4.
 */
class PipelineReferenceTest {
    private static final Trained TRAINED = Trained.small();
    private static final List<TrackedLayer> LAYERS = TRAINED.model().mlpLayers();
    private static final Trained.Reference REFERENCE = TRAINED.reference(LAYERS);

    private static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? 1e-10 : 1e-4;
    }

    private static void close(double[] actual, double[] expected, Precision precision, Supplier<String> what) {
        double error = Trained.relativeError(actual, expected);
        assertTrue(error <= tolerance(precision), () -> what.get() + ": relative error " + error);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void factors(Precision precision) {
        List<KroneckerFactors> factors = new FactorPass(TRAINED.pipeline(precision), Trained.SEED)
                .run(TRAINED.sequences(), FoldStore.NONE, PassListener.NONE);
        for (int l = 0; l < LAYERS.size(); l++) {
            KroneckerFactors expected = REFERENCE.factors().get(l);
            String layer = LAYERS.get(l).name();
            close(factors.get(l).activation(), expected.activation(), precision, () -> "A of " + layer);
            close(factors.get(l).gradient(), expected.gradient(), precision, () -> "S of " + layer);
            assertTrue(factors.get(l).meanLength() == expected.meanLength());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void eigenvalues(Precision precision) {
        List<double[]> moments = MomentPass.inBasis(TRAINED.pipeline(precision), Trained.SEED, REFERENCE.curvature().bases())
                .run(TRAINED.sequences(), FoldStore.NONE, PassListener.NONE);
        close(flat(moments), REFERENCE.curvature().diagonal(), precision, () -> "Λ");
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void diagonal(Precision precision) {
        List<double[]> moments = MomentPass.ofDiagonal(TRAINED.pipeline(precision), Trained.SEED)
                .run(TRAINED.sequences(), FoldStore.NONE, PassListener.NONE);
        close(flat(moments), REFERENCE.fit().diagonal(), precision, () -> "diagonal");
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void preconditionedQueries(Precision precision) {
        Pipeline pipeline = TRAINED.pipeline(precision);
        Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        for (int q = 0; q < queries.count(); q++) {
            int query = q;
            double[] flat = flat(queries.layers().stream().map(layer -> layer.matrix(query)).toList());
            close(flat, REFERENCE.products()[q], precision, () -> "query " + query);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void pairwiseScores(Precision precision) {
        Pipeline pipeline = TRAINED.pipeline(precision);
        Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        for (TokenScores tokens : TokenScores.values()) {
            double[] scores = Trained.scores(
                    ScanPass.pairwise(pipeline, queries, tokens), TRAINED.sequences(), queries.count());
            close(scores, REFERENCE.flatScores(), precision, () -> "scores, tokens " + tokens);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void selfScores(Precision precision) {
        Pipeline pipeline = TRAINED.pipeline(precision);
        double[] scores = Trained.scores(
                ScanPass.self(pipeline, Trained.fit(pipeline, TRAINED.sequences())), TRAINED.sequences(), 1);
        close(scores, REFERENCE.self(), precision, () -> "self scores");
    }

    /** Attention projections and the head as well: any set of layers. */
    @Test
    void allLayers() {
        List<TrackedLayer> layers = TRAINED.model().layers();
        Trained.Reference reference = TRAINED.reference(layers);
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE, layers, 1, 4, 8);
        Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        double[] scores = Trained.scores(
                ScanPass.pairwise(pipeline, queries, TokenScores.NONE), TRAINED.sequences(), queries.count());
        close(scores, reference.flatScores(), Precision.DOUBLE, () -> "scores over all layers");
    }

    private static double[] flat(List<double[]> arrays) {
        double[] flat = new double[arrays.stream().mapToInt(array -> array.length).sum()];
        int at = 0;
        for (double[] array : arrays) {
            System.arraycopy(array, 0, flat, at, array.length);
            at += array.length;
        }
        return flat;
    }
}
