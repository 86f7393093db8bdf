package org.plumbline.influence.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.Sums;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/**
 * What must not change a result (laws 36, 42, 45, 46 and 54). Where bits may differ, double precision is held to 1e−10:
 * sums of some thousand terms in another order, magnified by the condition number {@code max Λ / λ ~ 1e3}.
 */
class PipelineInvarianceTest {
    private static final double ROUNDING = 1e-10;
    private static final Trained TRAINED = Trained.small();
    private static final List<TrackedLayer> LAYERS = TRAINED.model().mlpLayers();
    private static final FisherLabels LABELS = new FisherLabels.Sampled(1, 1);

    private static double[] endToEnd(Pipeline pipeline, Sequences data) {
        Queries queries =
                new QueryPass(pipeline, Trained.fit(pipeline, data)).run(TRAINED.queries(), 0, Aggregation.NONE);
        return Trained.scores(ScanPass.pairwise(pipeline, queries, TokenScores.NONE), data, queries.count());
    }

    private static void close(double[] actual, double[] expected) {
        double error = Trained.relativeError(actual, expected);
        assertTrue(error <= ROUNDING, () -> "relative error " + error);
    }

    /** Law 45, bit for bit. */
    @Test
    void threadsChangeNoBit() {
        double[] one = endToEnd(TRAINED.pipeline(Precision.SINGLE, LAYERS, 1, 4, 8), TRAINED.sequences());
        double[] three = endToEnd(TRAINED.pipeline(Precision.SINGLE, LAYERS, 3, 4, 8), TRAINED.sequences());
        assertArrayEquals(one, three, 0.0);
    }

    /** Law 45. */
    @Test
    void batchesAndShardsChangeOnlyRounding() {
        double[] expected = endToEnd(TRAINED.pipeline(Precision.DOUBLE, LAYERS, 1, 1, 1), TRAINED.sequences());
        close(endToEnd(TRAINED.pipeline(Precision.DOUBLE, LAYERS, 1, 7, 14), TRAINED.sequences()), expected);
        close(endToEnd(TRAINED.pipeline(Precision.DOUBLE, LAYERS, 2, 32, 64), TRAINED.sequences()), expected);
    }

    /** Law 45: on either side, positions carried along. Labels are keyed by fed position, so they stay with theirs. */
    @Test
    void paddingChangesOnlyRounding() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        List<Example> padded = new ArrayList<>();
        for (int m = 0; m < TRAINED.data().size(); m++) {
            Example example = TRAINED.data().get(m);
            padded.add(m % 2 == 0 ? example.padLeft(12) : example.padRight(11));
        }
        close(endToEnd(pipeline, Sequences.of(padded)), endToEnd(pipeline, TRAINED.sequences()));
    }

    /**
     * Law 45: the data twice over leaves every mean as it is; labels are those of the first copy for exact equality.
     */
    @Test
    void duplicatesChangeOnlyRounding() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        ClosedFormInverse once = Trained.fit(pipeline, TRAINED.sequences());
        Queries queries = new QueryPass(pipeline, once).run(TRAINED.queries(), 0, Aggregation.NONE);
        Sequences twice = Sequences.of(Stream.concat(TRAINED.data().stream(), TRAINED.data().stream()).toList());
        double[] single = Trained.scores(
                ScanPass.pairwise(pipeline, queries, TokenScores.NONE), TRAINED.sequences(), queries.count());
        double[] both = Trained.scores(ScanPass.pairwise(pipeline, queries, TokenScores.NONE), twice, queries.count());
        close(Arrays.copyOf(both, single.length), single);
        close(Arrays.copyOfRange(both, single.length, both.length), single);
    }

    /** Law 45: with exact labels a permutation of the data permutes the scores; the scan itself draws none. */
    @Test
    void orderChangesOnlyRounding() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        Queries queries = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()))
                .run(TRAINED.queries(), 0, Aggregation.NONE);
        int n = queries.count();
        double[] forward = Trained.scores(
                ScanPass.pairwise(pipeline, queries, TokenScores.NONE), TRAINED.sequences(), n);
        double[] backward = Trained.scores(
                ScanPass.pairwise(pipeline, queries, TokenScores.NONE), Sequences.of(TRAINED.data().reversed()), n);
        double[] turned = new double[forward.length];
        for (int m = 0; m < TRAINED.data().size(); m++) {
            System.arraycopy(backward, (TRAINED.data().size() - 1 - m) * n, turned, m * n, n);
        }
        close(turned, forward);
    }

    /** Law 46: queries together or each alone; and a sum of queries scores as the sum of their scores. */
    @Test
    void queriesAreLinear() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        QueryPass pass = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()));
        int count = TRAINED.queries().size();
        double[] together = Trained.scores(ScanPass.pairwise(
                pipeline, pass.run(TRAINED.queries(), 0, Aggregation.NONE), TokenScores.NONE),
                TRAINED.sequences(), count);
        double[] sums = new double[TRAINED.data().size()];
        for (int q = 0; q < count; q++) {
            double[] alone = Trained.scores(ScanPass.pairwise(
                    pipeline, pass.run(TRAINED.queries().subList(q, q + 1), 0, Aggregation.NONE), TokenScores.NONE),
                    TRAINED.sequences(), 1);
            double[] column = new double[alone.length];
            for (int m = 0; m < alone.length; m++) {
                column[m] = together[m * count + q];
                sums[m] += column[m];
            }
            close(alone, column);
        }
        double[] aggregated = Trained.scores(ScanPass.pairwise(
                pipeline, pass.run(TRAINED.queries(), 0, Aggregation.SUM), TokenScores.NONE), TRAINED.sequences(), 1);
        close(aggregated, sums);
        double[] mean = Trained.scores(ScanPass.pairwise(
                pipeline, pass.run(TRAINED.queries(), 0, Aggregation.MEAN), TokenScores.NONE), TRAINED.sequences(), 1);
        close(Arrays.stream(mean).map(x -> x * count).toArray(), sums);
    }

    /** Law 54, and law 42 for thin queries; at full rank exact. */
    @Test
    void truncationKeepsItsBound() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        QueryPass pass = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()));
        Queries whole = pass.run(TRAINED.queries(), 0, Aggregation.NONE);
        int count = whole.count();
        double[][] exact = layerScores(ScanPass.pairwise(pipeline, whole, TokenScores.NONE), count);
        double[][] gradientNorms = nuclearNorms(pipeline);
        boolean changed = false;
        for (int rank = 1; rank <= 8; rank++) {
            Queries thin = pass.run(TRAINED.queries(), rank, Aggregation.NONE);
            for (TokenScores tokens : TokenScores.values()) {
                double[][] scores = layerScores(ScanPass.pairwise(pipeline, thin, tokens), count);
                for (int l = 0; l < LAYERS.size(); l++) {
                    for (int i = 0; i < scores[l].length; i++) {
                        double bound = thin.firstLeftOut()[i % count][l] * gradientNorms[l][i / count];
                        double error = Math.abs(scores[l][i] - exact[l][i]);
                        assertTrue(error <= bound * (1 + 1e-6) + ROUNDING * Math.abs(exact[l][i]) + 1e-12,
                                "rank " + Integer.toString(rank) + ": error " + error + ", bound " + bound);
                        changed |= error > 1e-6 * Math.abs(exact[l][i]);
                    }
                }
            }
        }
        assertTrue(changed, "no truncation changed any score");
    }

    private double[][] layerScores(ScanPass scan, int queries) {
        double[][] all = new double[LAYERS.size()][TRAINED.data().size() * queries];
        scan.run(TRAINED.sequences(), part -> {
            for (int l = 0; l < all.length; l++) {
                System.arraycopy(part.layers()[l], 0, all[l], part.from() * queries, part.sequences() * queries);
            }
        }, PassListener.NONE);
        return all;
    }

    /** {@code ‖G_m‖_*} of each layer and sequence. */
    private static double[][] nuclearNorms(Pipeline pipeline) {
        double[][] gradients = TRAINED.reference(LAYERS).trainingGradients();
        double[][] norms = new double[LAYERS.size()][gradients.length];
        int offset = 0;
        for (int l = 0; l < LAYERS.size(); l++) {
            int rows = LAYERS.get(l).outputs();
            int columns = LAYERS.get(l).columns();
            for (int m = 0; m < gradients.length; m++) {
                double[] gram = new double[rows * rows];
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < rows; j++) {
                        for (int k = 0; k < columns; k++) {
                            gram[i * rows + j] += gradients[m][offset + i * columns + k]
                                    * gradients[m][offset + j * columns + k];
                        }
                    }
                }
                for (double value : SymmetricEigen.of(gram, rows).values()) {
                    norms[l][m] += Math.sqrt(Math.max(0, value));
                }
            }
            offset += rows * columns;
        }
        return norms;
    }

    /** Laws 42 and 43: tokens sum to the total, by the gradient's position and by the token predicted. */
    @ParameterizedTest
    @EnumSource(names = {"GRADIENT", "OUTPUT"})
    void tokensSumToTotals(TokenScores kind) {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        QueryPass pass = new QueryPass(pipeline, Trained.fit(pipeline, TRAINED.sequences()));
        for (int rank : new int[] {0, 2}) {
            Queries queries = pass.run(TRAINED.queries(), rank, Aggregation.NONE);
            double[] totals = Trained.scores(
                    ScanPass.pairwise(pipeline, queries, TokenScores.NONE), TRAINED.sequences(), queries.count());
            double[] sums = new double[totals.length];
            ScanPass.pairwise(pipeline, queries, kind).run(TRAINED.sequences(), part -> {
                for (int m = 0; m < part.sequences(); m++) {
                    for (int i = 0; i < part.tokens()[m].length; i++) {
                        sums[(part.from() + m) * queries.count() + i % queries.count()] += part.tokens()[m][i];
                    }
                }
            }, PassListener.NONE);
            close(sums, totals);
        }
    }

    /** Before anything runs, and by what is missing. */
    @Test
    void tokensReadNeedAModelThatReadsTokens() {
        Mlp model = new Mlp(List.of(1, 1), Optional.empty(), true, Likelihood.GAUSSIAN);
        Pipeline pipeline = new Pipeline(model, Parameters.ofDoubles(model.space(),
                Map.of("layers.0.weight", new double[] {2}, "layers.0.bias", new double[] {0})), model.layers(),
                Trained.compute(1), 1, 1);
        List<Example> data = List.of(Example.ofTargets(2, new double[] {1, 3}, new double[2]));
        Queries queries =
                new QueryPass(pipeline, ClosedFormInverse.identity(BlockSpace.ofLayers(model.layers())))
                        .run(data, 0, Aggregation.NONE);
        ModelException refused = assertThrows(
                ModelException.class, () -> ScanPass.pairwise(pipeline, queries, TokenScores.INPUT));
        assertTrue(refused.getMessage().contains("a model that reads tokens"), refused::getMessage);
        // ∇L = Σ_t (z_t − y_t) (a_t, 1) = (2 + 18, 2 + 6), the query's gradient its negative, and a
        // position's part of it.
        ScanPass.pairwise(pipeline, queries, TokenScores.OUTPUT).run(
                Sequences.of(data),
                part -> assertArrayEquals(new double[] {2 * 20 + 2 * 8, 18 * 20 + 6 * 8}, part.tokens()[0], 1e-12),
                PassListener.NONE);
    }

    /** Law 36: one block is the whole factor; eigenvectors respect blocks. */
    @Test
    void eigenvectorsRespectBlocks() {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE);
        List<KroneckerFactors> factors =
                new FactorFit(pipeline, TRAINED.sequences(), Trained.LABELS).factors();
        for (KroneckerFactors layer : factors) {
            KroneckerBasis whole = KroneckerBasis.of(layer, 1);
            assertArrayEquals(KroneckerBasis.of(layer).activationVectors(), whole.activationVectors(), 0.0);
            KroneckerBasis split = KroneckerBasis.of(layer, 4);
            int n = layer.block().columns();
            // Each block's columns vanish outside its rows; the first blocks are the longer ones.
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (block(i, n, 4) != block(j, n, 4)) {
                        assertEquals(0.0, split.activationVectors()[i * n + j]);
                    }
                }
            }
            assertEquals(3, block(n - 1, n, 4));
        }
    }

    private static int block(int i, int n, int blocks) {
        int longer = n % blocks;
        int size = n / blocks;
        return i < longer * (size + 1) ? i / (size + 1) : longer + (i - longer * (size + 1)) / size;
    }

    /** Sums in a precision that cannot stall: 0.1² over 10⁷ tokens, where single precision loses a tenth. */
    @Test
    void tenMillionTokensAreCountedRight() {
        Mlp model = new Mlp(List.of(1, 1), Optional.empty(), true, Likelihood.GAUSSIAN);
        Parameters parameters = Parameters.ofDoubles(model.space(),
                Map.of("layers.0.weight", new double[] {0}, "layers.0.bias", new double[] {0}));
        int rows = 10_000;
        double[] features = new double[rows];
        Arrays.fill(features, 0.1);
        Example example = Example.ofTargets(rows, features, new double[rows]);
        Sequences data = new Sequences() {
            @Override
            public int size() {
                return 1000;
            }

            @Override
            public Example get(int m) {
                return example;
            }
        };
        Pipeline pipeline =
                new Pipeline(model, parameters.copy(Precision.SINGLE), model.layers(), Trained.compute(2), 1, 10);
        KroneckerFactors factors =
                new FactorFit(pipeline, data, LABELS).factors().getFirst();
        float stalled = 0;
        for (int t = 0; t < 10_000_000; t++) {
            stalled += 0.1f * 0.1f;
        }
        assertTrue(Math.abs(stalled / 1e5 - 1) > 1e-2, "a single-precision sum was to be the counterexample");
        assertEquals(10_000.0, factors.meanLength(), 0.0);
        assertEquals(1.0, factors.activation()[3], 0.0);
        // One micro-batch sums 10⁴ terms in single precision: 10⁴ · 6e−8 at most, and far less in blocks.
        assertEquals(0.01, factors.activation()[0], 0.01 * 6e-4);
        assertEquals(0.1, factors.activation()[1], 0.1 * 6e-4);
    }

    /** A fold that is cut off anywhere and goes on from what was kept ends with the same bits. */
    @Test
    void resumedFoldsEndBitIdentical() {
        Pipeline pipeline = TRAINED.pipeline(Precision.SINGLE, LAYERS, 2, 4, 8);
        double[] expected = new FactorFit(pipeline, TRAINED.sequences(), LABELS).factors()
                .getFirst().activation();
        for (int cut = 1; cut <= 7; cut++) {
            Kept kept = new Kept(cut);
            assertThrows(IllegalStateException.class,
                    () -> new FactorFit(pipeline, TRAINED.sequences(), LABELS).factors(kept, PassListener.NONE));
            kept.cut = Integer.MAX_VALUE;
            assertArrayEquals(expected, new FactorFit(pipeline, TRAINED.sequences(), LABELS)
                    .factors(kept, PassListener.NONE).getFirst().activation(), 0.0);
        }
    }

    /** Keeps sums in memory and fails after {@code cut} shards. */
    private static final class Kept implements FoldStore {
        private final Map<String, double[]> sums = new LinkedHashMap<>();
        private int shards;
        private int cut;

        Kept(int cut) {
            this.cut = cut;
        }

        @Override
        public int load(SequencedMap<String, double[]> target) {
            sums.forEach((name, values) -> System.arraycopy(values, 0, target.get(name), 0, values.length));
            return shards;
        }

        @Override
        public boolean due() {
            return true;
        }

        @Override
        public void save(int done, SequencedMap<String, double[]> current) {
            current.forEach((name, values) -> sums.put(name, values.clone()));
            shards = done;
            if (done >= cut) {
                throw new IllegalStateException("cut off");
            }
        }
    }
}
