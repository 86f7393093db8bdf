package org.plumbline.influence.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SubSequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.DiagonalizedCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.model.TrackedLayer;

/**
 * Every stage of the pipeline against the exact curvature package, which takes one sequence at a time, in double
 * precision and with the same sampled labels.
 *
 * <p>Tolerances: in double precision both sides round sums of some thousand terms, {@code 1e3 · 1.1e−16}, and the
 * division by {@code D + λ}, whose condition number is at most {@code max Λ / λ ~ 1e3}, magnifies that: 1e−10. In
 * single precision the product promises 1e−4.
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

    private static FactorFit fit(Precision precision) {
        return new FactorFit(TRAINED.pipeline(precision), TRAINED.sequences(), Trained.LABELS);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void factors(Precision precision) {
        List<KroneckerFactors> factors = fit(precision).factors();
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
        close(fit(precision).eigenvalues(REFERENCE.curvature().bases()), REFERENCE.curvature().diagonal(), precision,
                () -> "Λ");
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void diagonal(Precision precision) {
        close(fit(precision).diagonal(), REFERENCE.fit().diagonal(), precision, () -> "diagonal");
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

    /** The same fit with another diagonal: K-FAC's, the Fisher matrix's own, ones. */
    @Test
    void scoresOfTheOtherStrategies() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        FactorFit fit = fit(Precision.DOUBLE);
        KroneckerCurvature kfac = KroneckerCurvature.kfac(REFERENCE.factors());
        Map<DiagonalizedCurvature, DiagonalizedCurvature> expected = Map.of(
                KroneckerCurvature.kfac(fit.factors()), kfac,
                new DiagonalCurvature(fit.space(), fit.diagonal()),
                new DiagonalCurvature(fit.space(), REFERENCE.fit().diagonal()),
                new IdentityCurvature(fit.space()), new IdentityCurvature(fit.space()));
        expected.forEach((fitted, reference) -> {
            Queries queries = new QueryPass(pipeline, fitted.inverse(fitted.damping(Trained.DAMPING)))
                    .run(TRAINED.queries(), 0, Aggregation.NONE);
            double[] scores = Trained.scores(
                    ScanPass.pairwise(pipeline, queries, TokenScores.NONE), TRAINED.sequences(), queries.count());
            double[] definition = REFERENCE.flatScores(reference.inverse(reference.damping(Trained.DAMPING)));
            close(scores, definition, Precision.DOUBLE, () -> "scores of " + fitted.getClass());
        });
    }

    /** A layer without curvature or damping is named and contributes nothing; one without curvature alone is damped. */
    @Test
    void layersWithoutCurvature() {
        BlockSpace space = BlockSpace.ofLayers(LAYERS);
        double[] moments = new double[space.dimension()];
        Arrays.fill(moments, 0, space.offset(1), 2);
        DiagonalCurvature fitted = new DiagonalCurvature(space, moments);
        Damping damping = fitted.damping(Trained.DAMPING);
        assertEquals(LAYERS.stream().skip(1).map(TrackedLayer::name).toList(), fitted.nullBlocks(damping));
        assertEquals(0.2, damping.of(0), 1e-15);
        double[] reciprocals = fitted.inverse(damping).reciprocals();
        assertEquals(1 / 2.2, reciprocals[0], 1e-15);
        assertEquals(0, reciprocals[reciprocals.length - 1]);
        double[] damped = fitted.inverse(Damping.absolute(space, 0.5)).reciprocals();
        assertEquals(2, damped[damped.length - 1]);
        assertEquals(List.of(), fitted.nullBlocks(Damping.absolute(space, 0.5)));
    }

    /** Candidates of a filter are scored as themselves. */
    @Test
    void scoresOfSomeSequences() {
        int[] numbers = {41, 3, 17};
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        double[] scores = Trained.scores(ScanPass.pairwise(pipeline, queries, TokenScores.NONE),
                new SubSequences(TRAINED.sequences(), numbers), queries.count());
        double[] all = REFERENCE.flatScores();
        double[] expected = new double[scores.length];
        for (int i = 0; i < numbers.length; i++) {
            System.arraycopy(all, numbers[i] * queries.count(), expected, i * queries.count(), queries.count());
        }
        close(scores, expected, Precision.DOUBLE, () -> "scores of some sequences");
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
