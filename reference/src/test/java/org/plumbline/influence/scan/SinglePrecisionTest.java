package org.plumbline.influence.scan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.model.TrackedLayer;

/**
 * What single precision costs from the fit to the scores, on a trained model: for every query a relative error
 * of 1e−4 and a rank correlation of 0.9999 with the double-precision reference of the curvature package.
 * Rounding of {@code 6e−8} is magnified by the conditions of sums over a sequence and of {@code 1 / (Λ + λ)},
 * both below some thousands.
 */
class SinglePrecisionTest {
    private static final double RELATIVE_ERROR = 1e-4;
    private static final double RANK_CORRELATION = 0.9999;
    private static final Trained TRAINED = Trained.small();

    @ParameterizedTest
    @EnumSource(TokenScores.class)
    void scoresAreThoseOfDoublePrecision(TokenScores tokens) {
        for (List<TrackedLayer> layers : List.of(TRAINED.model().mlpLayers(), TRAINED.model().layers())) {
            Pipeline pipeline = TRAINED.pipeline(Precision.SINGLE, layers, 2, 4, 8);
            Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                    .run(TRAINED.queries(), 0, Aggregation.NONE);
            int count = queries.count();
            double[] single =
                    Trained.scores(ScanPass.pairwise(pipeline, queries, tokens), TRAINED.sequences(), count);
            double[] exact = TRAINED.reference(layers).flatScores();
            for (int q = 0; q < count; q++) {
                double[] expected = column(exact, q, count);
                double[] actual = column(single, q, count);
                double error = Trained.relativeError(actual, expected);
                assertTrue(error <= RELATIVE_ERROR, () -> "relative error " + error);
                double correlation = new SpearmansCorrelation().correlation(actual, expected);
                assertTrue(correlation >= RANK_CORRELATION, () -> "Spearman " + correlation);
            }
        }
    }

    /**
     * The scan alone, of the same queries: what rounding makes of each token's score, in the norm of a sequence's row.
     */
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void tokensAreThoseOfDoublePrecision(TokenScores tokens) {
        List<TrackedLayer> layers = TRAINED.model().mlpLayers();
        Pipeline exact = TRAINED.pipeline(Precision.DOUBLE, layers, 2, 4, 8);
        QueryPass pass = new QueryPass(exact, Trained.fit(exact, TRAINED.sequences()));
        for (int rank : new int[] {0, 2}) {
            Queries queries = pass.run(TRAINED.queries(), rank, Aggregation.NONE);
            List<double[]> expected = cells(exact, queries, tokens);
            List<double[]> actual = cells(TRAINED.pipeline(Precision.SINGLE, layers, 2, 4, 8), queries, tokens);
            for (int m = 0; m < expected.size(); m++) {
                double error = Trained.relativeError(actual.get(m), expected.get(m));
                assertTrue(error <= RELATIVE_ERROR, () -> "relative error " + error);
            }
        }
    }

    private static List<double[]> cells(Pipeline pipeline, Queries queries, TokenScores tokens) {
        List<double[]> cells = new ArrayList<>();
        ScanPass.pairwise(pipeline, queries, tokens)
                .run(TRAINED.sequences(), part -> cells.addAll(List.of(part.tokens())), PassListener.NONE);
        return cells;
    }

    private static double[] column(double[] scores, int query, int queries) {
        double[] column = new double[scores.length / queries];
        for (int m = 0; m < column.length; m++) {
            column[m] = scores[m * queries + query];
        }
        return column;
    }
}
