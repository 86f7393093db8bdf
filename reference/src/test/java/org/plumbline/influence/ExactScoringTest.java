package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.Candidates;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.ScanSettings;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.query.Solver;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.InputException;
import org.plumbline.io.Npy;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.DenseInverse;

/** Exact products behind the front door: solvers, certificates, samples and candidates of other data. */
class ExactScoringTest extends InfluenceFixture {
    private static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());

    /**
     * Every solver comes to the dense solution within what is certified, and no further off than was asked; ranks are
     * within their intervals; and a scan into a store has the same scores and bounds.
     */
    @Test
    void certifiedScoresAreWithinTheirBounds() {
        try (Influence influence = loaded()) {
            PromptedQueries queries = queries(influence);
            double[][] exact = InfluenceScores.of(solved(influence, queries), gradients(influence).ofObjective()).raw();
            for (Solver solver : Solver.values()) {
                SolveSettings settings = new SolveSettings(solver, 1e-2, 200, OptionalDouble.of(0.01));
                CertifiedScores certified = influence.certified(queries, settings);
                assertEquals(DOCUMENTS, certified.sequences());
                for (int q = 0; q < exact.length; q++) {
                    RankIntervals ranks = certified.ranks(q);
                    assertTrue(certified.fraction(q) <= 0.01, solver + ": " + certified.fraction(q));
                    for (int m = 0; m < DOCUMENTS; m++) {
                        // The reference is a dense solve in double precision.
                        assertEquals(exact[q][m], certified.raw()[q][m],
                                certified.bounds()[q][m] + tolerance(exact[q]));
                        double score = exact[q][m];
                        int rank = 1 + (int) Arrays.stream(exact[q])
                                .filter(other -> other > score + tolerance(exact[0])).count();
                        assertTrue(rank <= ranks.worst()[m]);
                    }
                }
                if (solver == Solver.CG) {
                    Path out = folder.resolve("certified scores");
                    influence.scan(out, queries, ScanSettings.DEFAULT.withSolve(settings));
                    Npy.Array bounds = Npy.read(out.resolve(Influence.CERTIFICATE).resolve("bounds.npy"));
                    for (int q = 0; q < exact.length; q++) {
                        assertArrayEquals(certified.raw()[q], ScoreStore.load(out)[q], tolerance(exact[q]));
                        assertArrayEquals(certified.bounds()[q],
                                Arrays.copyOfRange(bounds.values(), q * DOCUMENTS, (q + 1) * DOCUMENTS));
                    }
                }
            }
            InfluenceReport report = influence.query(queries.list().getFirst(), QuerySettings.DEFAULT
                    .withSolve(new SolveSettings(Solver.CG, 1e-2, 200, OptionalDouble.of(0.01))));
            assertEquals("0.01", report.origin().get("certify"));
            assertCertain(report.positive(), report.certified().positive(), exact[0], 1);
            assertCertain(report.negative(), report.certified().negative(), exact[0], -1);
            Path solved = folder.resolve("solved scores");
            influence.scan(solved, queries, ScanSettings.DEFAULT.withSolve(
                    new SolveSettings(Solver.CG, 1e-12, 1000, OptionalDouble.empty())));
            for (int q = 0; q < exact.length; q++) {
                assertArrayEquals(exact[q], ScoreStore.load(solved)[q], 1e-6 * Arrays.stream(exact[q])
                        .map(Math::abs).max().orElseThrow());
            }
        }
    }

    /** Scores within their bounds, ranks within their intervals. */
    private static void assertCertain(
            List<InfluenceReport.Ranked> ranked, List<CertifiedRanking.Certain> certain, double[] exact, int sign) {
        assertEquals(ranked.size(), certain.size());
        for (int i = 0; i < certain.size(); i++) {
            CertifiedRanking.Certain one = certain.get(i);
            assertEquals(ranked.get(i).sequence(), one.sequence());
            assertEquals(exact[one.sequence()], ranked.get(i).raw(), one.bound() + tolerance(exact));
            int first = 1 + (int) Arrays.stream(exact)
                    .filter(other -> sign * other > sign * exact[one.sequence()] + tolerance(exact)).count();
            int last = (int) Arrays.stream(exact)
                    .filter(other -> sign * other >= sign * exact[one.sequence()] - tolerance(exact)).count();
            // Copies of a sequence have one score, but for rounding.
            assertTrue(one.best() <= last && first <= one.worst());
        }
    }

    @Test
    void exactProductsNeedTheTrainingData() {
        SolveSettings settings = new SolveSettings(Solver.CG, 1e-2, 9, OptionalDouble.of(0.1));
        try (Influence influence = builder("other.jsonl").open().load(folder.resolve("factors"))) {
            assertTrue(assertThrows(InputException.class, () -> influence.certified(queries(influence), settings))
                    .getMessage().contains("other data"));
        }
        try (Influence influence = loaded()) {
            assertThrows(InputException.class, () -> influence.certified(queries(influence), SolveSettings.CLOSED));
            assertThrows(InputException.class, () -> new ScanSettings(
                    1, Aggregation.NONE, TokenScores.NONE, Optional.empty(), settings));
        }
        assertThrows(InputException.class, () -> new SolveSettings(Solver.CG, 0, 1, OptionalDouble.empty()));
        assertThrows(InputException.class, () -> new SolveSettings(Solver.CG, 0.1, 0, OptionalDouble.empty()));
        assertThrows(InputException.class, () -> new SolveSettings(Solver.CG, 0.1, 1, OptionalDouble.of(2)));
    }

    /** Candidates that the model never saw, scored by exact products over the data that it did see. */
    @Test
    void otherCandidatesAreScoredByTheTrainingData() {
        SolveSettings settings = new SolveSettings(Solver.CG, 1e-12, 1000, OptionalDouble.of(0.01));
        try (Influence training = loaded();
                Influence influence = builder("other.jsonl").training(training.corpus()).open()
                        .load(folder.resolve("factors"))) {
            PromptedQueries queries = queries(influence);
            double[][] exact = InfluenceScores.of(solved(training, queries), gradients(training)
                    .of(List.of(influence.corpus().sequences().get(0)))).raw();
            CertifiedScores certified = influence.certified(queries, settings);
            assertEquals(DOCUMENTS, certified.sequences());
            for (int q = 0; q < exact.length; q++) {
                assertEquals(exact[q][0], certified.raw()[q][0], certified.bounds()[q][0] + tolerance(exact[q]));
            }
        }
    }

    /** A sample of everything is everything, and has no error. A part of it has one, which is kept with the scores. */
    @Test
    void aSampleOfTheTrainingDataSaysHowFarItIsOff() {
        SolveSettings settings = new SolveSettings(Solver.CG, 1e-12, 1000, OptionalDouble.empty());
        try (Influence influence = loaded()) {
            PromptedQueries queries = queries(influence);
            double[][] all = scanned(influence, "all", queries, settings);
            double[][] same = scanned(influence, "same", queries, settings.withSample(DOCUMENTS));
            double[][] some = scanned(influence, "some", queries, settings.withSample(DOCUMENTS / 2));
            SamplingError none = SamplingError.read(folder.resolve("same").resolve(Influence.SAMPLING));
            SamplingError error = SamplingError.read(folder.resolve("some").resolve(Influence.SAMPLING));
            assertEquals(DOCUMENTS / 2, error.sampled());
            assertEquals(DOCUMENTS, error.training());
            for (int q = 0; q < all.length; q++) {
                // Both stop at a residual of 1e-12, which λ magnifies by less than 1e4 here.
                assertArrayEquals(all[q], same[q], 1e-8 * Arrays.stream(all[q]).map(Math::abs).max().orElseThrow());
                assertEquals(0, none.standardErrors()[q]);
                assertEquals(0, none.biases()[q]);
                assertFalse(Arrays.equals(all[q], some[q]));
                assertTrue(error.standardErrors()[q] > 0 && error.biases()[q] > 0);
            }
            InfluenceReport report = influence.query(
                    queries.list().getFirst(), QuerySettings.DEFAULT.withSolve(settings.withSample(DOCUMENTS / 2)));
            // The same numbers, but for the order of sums in batches of other queries.
            assertEquals(DOCUMENTS / 2, report.sampled().sampled());
            assertEquals(error.standardErrors()[0], report.sampled().standardError(), 1e-8);
            assertEquals(error.biases()[0], report.sampled().bias(), 1e-8);
            assertTrue(assertThrows(InputException.class, () -> influence.query(queries.list().getFirst(),
                    QuerySettings.DEFAULT.withSolve(settings.withSample(DOCUMENTS + 1)))).getMessage()
                    .contains("expected at most the " + DOCUMENTS + " training sequences"));
        }
        assertThrows(InputException.class, () -> settings.withSample(SolveSettings.SMALLEST_SAMPLE - 1));
        assertThrows(InputException.class, () -> SolveSettings.CLOSED.withSample(9));
    }

    private static double[][] scanned(
            Influence influence, String name, PromptedQueries queries, SolveSettings settings) {
        influence.scan(folder.resolve(name), queries, ScanSettings.DEFAULT.withSolve(settings));
        return ScoreStore.load(folder.resolve(name));
    }

    private static Gradients gradients(Influence training) {
        return new Gradients(objective(training), BlockSpace.ofLayers(model().model().mlpLayers()), COMPUTE);
    }

    private static Objective objective(Influence training) {
        ModelFolder model = model();
        return new Objective(model.model(), model.parameters(), IntStream.range(0, DOCUMENTS)
                .mapToObj(training.corpus().sequences()::get).toList());
    }

    /** {@code (G + λ)⁻¹∇f} by a dense solve. */
    private static double[][] solved(Influence training, PromptedQueries queries) {
        List<TrackedLayer> layers = model().model().mlpLayers();
        FittedCurvature curvature = FactorStore.load(
                folder.resolve("factors"), layers, training.corpus().origin(model()), COMPUTE);
        return DenseInverse.of(DenseExactCurvature.gaussNewton(objective(training), layers, COMPUTE, _ -> {}),
                SETTINGS.damping().of(curvature)).applyAll(gradients(training).ofLogLikelihood(queries.examples()));
    }
}
