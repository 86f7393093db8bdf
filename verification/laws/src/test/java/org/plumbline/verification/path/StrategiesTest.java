package org.plumbline.verification.path;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.FactorDefinition;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.ExactFit;
import org.plumbline.solve.GradientProjection;
import org.plumbline.solve.LanczosLowRank;
import org.plumbline.solve.LowRankComplement;
import org.plumbline.solve.LowRankInverse;
import org.plumbline.verification.laws.Models;
import org.plumbline.verification.laws.Setting;

/**
 * Strategies whose inverse works on whole vectors, through a store: preconditioned queries, scores and self-influence
 * are those of the strategy's definition on the exact Gauss–Newton matrix, for perceptrons and decoders of every
 * family, with prompts, padding, batches and either engine. {@link PathPropertiesTest} has the strategies that are a
 * part of the programs.
 */
class StrategiesTest {
    private static final int TRIES = 40;
    private static final List<Strategy> STRATEGIES = List.of(
            Strategy.KFAC_TIKHONOV, Strategy.SHAMPOO, Strategy.NEAREST, Strategy.BLOCK_DIAGONAL, Strategy.EXACT,
            Strategy.LANCZOS, Strategy.LOGRA, Strategy.TRAK);

    /** What a strategy is drawn with. */
    private record Case(Strategy strategy, int size, long seed, DampingRule rule, Pipeline pipeline) {

        static Case of(Setting setting) {
            SplittableRandom random = setting.random("a strategy");
            Strategy strategy = STRATEGIES.get(random.nextInt(STRATEGIES.size()));
            Workers workers = Workers.serial();
            Compute compute = new Compute(
                    random.nextBoolean() ? VectorEngine.orScalar(workers) : LoweredEngine.scalar(), workers);
            int batch = 1 + random.nextInt(3);
            int size = strategy.defaultSize() == 0 ? 0 : 1 + random.nextInt(6);
            return new Case(strategy, strategy == Strategy.LANCZOS ? Math.min(size, pairs(setting)) : size,
                    random.nextLong(),
                    new DampingRule.Absolute(Math.pow(10, -2 + 3 * random.nextDouble())),
                    new Pipeline(setting.model(), setting.objective().parameters().copy(Precision.DOUBLE),
                            setting.layers(), compute, batch, batch * (1 + random.nextInt(2))));
        }

        /**
         * Eigenpairs that Lanczos' iteration finds in twice as many steps whatever the rounding: a Krylov space has at
         * most one vector for each distinct eigenvalue, and beyond them only rounding goes on. Eigenvalues nearer than
         * a fiftieth of the largest count as one.
         */
        private static int pairs(Setting setting) {
            double[] values = SymmetricEigen.of(
                    setting.gaussNewton().matrix(), setting.gaussNewton().space().dimension()).values();
            double gap = values[values.length - 1] / 50;
            int distinct = 1;
            double last = values[0];
            for (double value : values) {
                if (value > last + gap) {
                    distinct++;
                    last = value;
                }
            }
            return Math.max(1, distinct / 2);
        }

        /** The inverse as {@code fit} makes it and a scan reads it. */
        InverseCurvature stored(Setting setting, Path folder) {
            SequencedMap<String, String> origin = new LinkedHashMap<>(Map.of("data", "drawn"));
            FactorStore.fit(folder, pipeline, Sequences.of(setting.examples()), new FitSettings(strategy, 1,
                    new FisherLabels.Expectation(), size, seed, rule, Duration.ZERO), origin, _ -> PassListener.NONE);
            return FactorStore.inverse(folder, setting.layers(), origin, Optional.empty(), pipeline.compute());
        }

        /** The inverse by its definition. */
        InverseCurvature defined(Setting setting) {
            DenseCurvature g = setting.gaussNewton();
            Damping damping = Damping.absolute(g.space(), ((DampingRule.Absolute) rule).lambda());
            return switch (strategy) {
                case KFAC_TIKHONOV -> FactoredTikhonov.TRACE_NORM.damped(new FactorDefinition(
                                setting.objective(), setting.layers(), new FisherLabels.Expectation()).factors(),
                        damping).inverse(Damping.absolute(g.space(), 0));
                case SHAMPOO -> KroneckerCurvature.kfac(DenseFactors.partialTraces(g)).inverse(damping);
                case NEAREST -> KroneckerCurvature.kfac(DenseFactors.nearest(g)).inverse(damping);
                case BLOCK_DIAGONAL -> DenseInverse.of(g.blockDiagonal(), damping);
                case EXACT -> DenseInverse.of(g, damping);
                case LANCZOS -> LowRankInverse.of(
                        new LanczosLowRank(rank(g), Math.min(2 * rank(g), g.space().dimension()), seed).fit(g),
                        damping, LowRankComplement.DAMPED);
                case LOGRA, TRAK ->
                    new Projected(g, ExactFit.projection(strategy, size, seed, g.space()), damping.of(0));
                case IDENTITY, DIAGONAL, KFAC, EKFAC -> throw new AssertionError(strategy);
            };
        }

        /** {@code ‖R‖²_F} of the projection, or 1 where that is larger or nothing is projected. */
        double stretch(Setting setting) {
            if (strategy != Strategy.LOGRA && strategy != Strategy.TRAK) {
                return 1;
            }
            GradientProjection projection = ExactFit.projection(strategy, size, seed, setting.gaussNewton().space());
            double sum = 0;
            for (double[] row : rows(projection)) {
                sum += Vectors.dot(row, row);
            }
            return Math.max(1, sum);
        }

        private int rank(DenseCurvature g) {
            return Math.min(size, g.space().dimension());
        }
    }

    /** {@code Rᵀ (R G Rᵀ + λ)⁻¹ R} for one {@code λ}, by a dense solve. */
    private record Projected(DenseCurvature g, GradientProjection projection, double lambda)
            implements InverseCurvature {
        @Override
        public BlockSpace space() {
            return g.space();
        }

        @Override
        public double[] apply(double[] v) {
            int p = projection.dimension();
            double[][] rows = rows(projection);
            double[][] products = g.applyAll(rows);
            double[] system = new double[p * p];
            double[] projected = new double[p];
            for (int k = 0; k < p; k++) {
                for (int l = 0; l < p; l++) {
                    system[k * p + l] = Vectors.dot(rows[Math.max(k, l)], products[Math.min(k, l)])
                            + (k == l ? lambda : 0);
                }
                projected[k] = Vectors.dot(rows[k], v);
            }
            double[] coefficients = CholeskySolver.of(system, p).solve(projected);
            double[] x = new double[v.length];
            for (int k = 0; k < p; k++) {
                Vectors.axpy(coefficients[k], rows[k], x);
            }
            return x;
        }
    }

    private static double[][] rows(GradientProjection projection) {
        double[][] rows = new double[projection.dimension()][];
        for (int k = 0; k < rows.length; k++) {
            double[] unit = new double[rows.length];
            unit[k] = 1;
            rows[k] = projection.lift(unit);
        }
        return rows;
    }

    /**
     * Ten thousand roundings of the largest gradient, or of 1 where that is larger, since a small gradient is what
     * remains of terms that cancel; magnified by {@code (C + λ)⁻¹ C}'s condition, at most {@code 1 + tr G / λ}.
     * Iterations that amplify a difference of their starts (Lanczos' and alternating least squares) may do so by as
     * many roundings as they have steps: the square root of the precision remains sure.
     *
     * <p>The rows of a random projection {@code R} are not orthonormal. A gradient passes {@code R} and {@code Rᵀ},
     * so its roundings are magnified by {@code ‖R‖²}, and the projected matrix is at most {@code ‖R‖²} times
     * {@code G}. The Frobenius norm bounds {@code ‖R‖}.
     */
    private static double tolerance(Setting setting, Case drawn) {
        double lambda = ((DampingRule.Absolute) drawn.rule()).lambda();
        double trace = Arrays.stream(setting.gaussNewton().diagonal()).sum();
        boolean iterates = drawn.strategy() == Strategy.LANCZOS || drawn.strategy() == Strategy.NEAREST;
        double stretch = drawn.stretch(setting);
        return (iterates ? 0x1p-26 : 0x1p14 * 0x1p-53) * stretch * (1 + stretch * trace / lambda) / lambda;
    }

    @Property(tries = TRIES)
    void storedStrategiesAreTheirDefinitions(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        double[][] gradients = setting.gradients();
        double largest = Arrays.stream(gradients).mapToDouble(Vectors::norm).max().orElseThrow();
        Assume.that(largest > 1e-2);
        Case drawn = Case.of(setting);
        InverseCurvature defined = drawn.defined(setting);
        double[][] solutions = defined.applyAll(gradients);
        double slack = tolerance(setting, drawn) * Math.max(1, largest);
        inFolder(folder -> {
            InverseCurvature stored = drawn.stored(setting, folder.resolve("factors"));
            Queries queries = new QueryPass(drawn.pipeline(), stored).run(setting.examples(), 0, Aggregation.NONE);
            Queries sum = new QueryPass(drawn.pipeline(), stored).run(setting.examples(), 0, Aggregation.SUM);
            for (int l = 0; l < setting.layers().size(); l++) {
                double[] total = new double[setting.layers().get(l).size()];
                for (int q = 0; q < gradients.length; q++) {
                    double[] minus = queries.layers().get(l).matrix(q).clone();
                    Vectors.scale(-1, minus);
                    close(drawn + ", query", setting.part(solutions[q], l), minus, slack);
                    Vectors.axpy(-1, minus, total);
                }
                close(drawn + ", sum of queries", total, sum.layers().get(l).matrix(0), gradients.length * slack);
            }
            ScanPass.pairwise(drawn.pipeline(), queries, TokenScores.NONE)
                    .run(Sequences.of(setting.examples()), part -> {
                        double[] totals = part.totals();
                        for (int i = 0; i < totals.length; i++) {
                            double expected = Vectors.dot(
                                    solutions[i % queries.count()], gradients[part.from() + i / queries.count()]);
                            close(drawn + ", score", expected, totals[i], slack * largest);
                        }
                    }, PassListener.NONE);
            ScanPass.self(drawn.pipeline(), stored).run(Sequences.of(setting.examples()), part -> {
                double[] totals = part.totals();
                for (int i = 0; i < totals.length; i++) {
                    int m = part.from() + i;
                    close(drawn + ", self", Vectors.dot(solutions[m], gradients[m]), totals[i], slack * largest);
                }
            }, PassListener.NONE);
        });
    }

    private static void inFolder(Consumer<Path> use) {
        try {
            Path folder = Files.createTempDirectory("plumbline-strategies-");
            try {
                use.accept(folder);
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(String what, double expected, double found, double bound) {
        assertTrue(Math.abs(expected - found) <= bound,
                () -> what + " is " + found + ", expected " + expected + " to " + bound);
    }

    private static void close(String what, double[] expected, double[] found, double bound) {
        double[] difference = expected.clone();
        Vectors.axpy(-1, found, difference);
        assertTrue(Vectors.norm(difference) <= bound,
                () -> what + " differs by " + Vectors.norm(difference) + ", expected at most " + bound);
    }
}
