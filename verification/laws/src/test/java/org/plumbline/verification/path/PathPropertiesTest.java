package org.plumbline.verification.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.FactorDefinition;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Strategy;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Models;
import org.plumbline.verification.laws.Setting;

/**
 * Each step of {@code fit}, {@code query} and {@code scores} is what its definition says, for perceptrons and decoders
 * of every family, with prompts, padding, any layers, labels, partitions, batches, precision and engine, in memory or
 * through a store. The definitions ({@link FactorDefinition}, dense matrices, plain loops) share no code with the
 * steps.
 */
class PathPropertiesTest {
    private static final int TRIES = 40;

    /**
     * Passes over settings in which the gradient of some layer is rounding: normalization over two units gives ±1
     * whatever the units are, and no tolerance can be stated for what is left.
     */
    private static void assumeWellScaled(Setting setting) {
        for (int l = 0; l < setting.layers().size(); l++) {
            double[] s = setting.enumeration().gradientFactor(l);
            int n = setting.layers().get(l).outputs();
            Assume.that(IntStream.range(0, n).mapToDouble(i -> s[i * n + i]).sum() > 1e-4);
        }
    }

    /** {@code A}, {@code S} and {@code n̄} of each layer. */
    @Property(tries = TRIES)
    void factorsAreTheirDefinition(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        List<KroneckerFactors> found = options.fit(setting).factors();
        List<KroneckerFactors> expected = definition(setting, options).factors();
        double s = expected.stream().mapToDouble(one -> Vectors.norm(one.gradient())).max().orElseThrow();
        for (int l = 0; l < expected.size(); l++) {
            String layer = expected.get(l).block().name();
            close("A of " + layer, expected.get(l).activation(), found.get(l).activation(), options.tolerance(false),
                    Vectors.norm(expected.get(l).activation()));
            close("S of " + layer, expected.get(l).gradient(), found.get(l).gradient(), options.tolerance(false), s);
            assertEquals(expected.get(l).meanLength(), found.get(l).meanLength(), 1e-12, "n̄");
        }
    }

    /** {@code Λ} and the Fisher diagonal, layer by layer. */
    @Property(tries = TRIES)
    void secondMomentsAreTheirDefinition(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        List<KroneckerBasis> bases = options.bases(definition(setting, options).factors());
        close("Λ", definition(setting, options).eigenvalues(bases), options.fit(setting).eigenvalues(bases), options);
        close("diagonal", definition(setting, options).diagonal(), options.fit(setting).diagonal(), options);
    }

    /** The curvature's eigenvalues and basis, in memory or from a store, and its damping in each layer. */
    @Property(tries = TRIES)
    void curvaturesAreTheirDefinition(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting).exact();
        inverted(setting, options, inverse -> {
            BlockSpace space = inverse.space();
            for (int l = 0; l < space.blocks().size(); l++) {
                int block = l;
                double[] dense = dense(inverse, block);
                double[] own = part(space, block, inverse.curvature().diagonal());
                double trace = IntStream.range(0, own.length).mapToDouble(i -> dense[i * own.length + i]).sum();
                double expected = options.strategy() == Strategy.IDENTITY
                        ? 0 : options.damping() * trace / own.length;
                assertEquals(expected, inverse.damping().of(block), 1e-9 * Math.abs(expected), "λ of " + options);
                close(space.blocks().get(l).name(), definition(setting, options, block), dense,
                        options.tolerance(false), Vectors.norm(inverse.curvature().diagonal()));
            }
        });
    }

    /** {@code C} of a block, from factors and pseudo-gradients by their definitions. */
    private static double[] definition(Setting setting, PathOptions options, int block) {
        FactorDefinition definition = definition(setting, options);
        BlockSpace space = BlockSpace.ofLayers(options.layers());
        int n = space.blocks().get(block).size();
        return switch (options.strategy()) {
            case IDENTITY -> diagonal(ones(n));
            case DIAGONAL -> diagonal(part(space, block, definition.diagonal()));
            case KFAC -> {
                KroneckerFactors factors = definition.factors().get(block);
                int rows = factors.block().rows();
                int columns = factors.block().columns();
                double[] product = VecKronecker.kronecker(split(factors.gradient(), rows, options.partitions()), rows,
                        split(factors.activation(), columns, options.partitions()), columns);
                Vectors.scale(factors.meanLength(), product);
                yield product;
            }
            case EKFAC -> {
                List<KroneckerBasis> bases = options.bases(options.fit(setting).factors());
                KroneckerBasis basis = bases.get(block);
                yield inBasis(basis, part(space, block, definition.eigenvalues(bases)));
            }
            default -> throw new IllegalStateException(options.strategy() + " is not diagonal in a basis");
        };
    }

    /** A factor with everything outside its partitions zero. */
    private static double[] split(double[] factor, int n, int partitions) {
        double[] kept = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                kept[i * n + j] = partition(i, n, partitions) == partition(j, n, partitions) ? factor[i * n + j] : 0;
            }
        }
        return kept;
    }

    private static int partition(int i, int n, int partitions) {
        int at = 0;
        for (int k = 0; k < partitions; k++) {
            at += n / partitions + (k < n % partitions ? 1 : 0);
            if (i < at) {
                return k;
            }
        }
        throw new AssertionError("row " + i + " of " + n);
    }

    /** Preconditioned queries are dense solves, minus the gradient of the loss: {@code f} is a log-likelihood. */
    @Property(tries = TRIES)
    void queriesAreDenseSolves(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        inverted(setting, options, inverse -> {
            Queries queries = new QueryPass(options.pipeline(setting), inverse)
                    .run(setting.examples(), 0, Aggregation.NONE);
            double[][] gradients = gradients(setting, options);
            for (int l = 0; l < options.layers().size(); l++) {
                CholeskySolver solver = solver(inverse, l);
                for (int q = 0; q < gradients.length; q++) {
                    double[] v = part(inverse.space(), l, gradients[q]);
                    Vectors.scale(-1, v);
                    double[] expected = solver == null ? new double[v.length] : solver.solve(v);
                    close("query of " + options.layers().get(l).name(), expected, queries.layers().get(l).matrix(q), 1,
                            slack(inverse, options, gradients, l, expected));
                }
            }
        });
    }

    /** Scores by layer are {@code −∇fᵀ(C + λ)⁻¹∇L}, whole or at a rank, for each query or all as one. */
    @Property(tries = TRIES)
    void scoresAreProductsWithGradients(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        inverted(setting, options, inverse -> {
            Pipeline pipeline = options.pipeline(setting);
            double[][] gradients = gradients(setting, options);
            for (Aggregation aggregation : Aggregation.values()) {
                Queries queries = new QueryPass(pipeline, inverse)
                        .run(setting.examples(), options.rank(), aggregation);
                int count = aggregation == Aggregation.NONE ? gradients.length : 1;
                assertEquals(count, queries.count());
                for (int l = 0; l < options.layers().size(); l++) {
                    double[][] whole = aggregated(aggregation, gradients, inverse, l);
                    for (int q = 0; q < count; q++) {
                        double slack = gradients.length * slack(inverse, options, gradients, l, whole[q]);
                        assertRank(whole[q], queries, q, l, options, slack);
                        for (TokenScores tokens : List.of(TokenScores.NONE, TokenScores.GRADIENT)) {
                            assertScores(setting, options, pipeline, queries, q, l, gradients, tokens);
                        }
                    }
                }
            }
        });
    }

    private static double[][] aggregated(
            Aggregation aggregation, double[][] gradients, ClosedFormInverse inverse, int layer) {
        CholeskySolver solver = solver(inverse, layer);
        double[][] solved = new double[gradients.length][];
        for (int q = 0; q < solved.length; q++) {
            double[] v = part(inverse.space(), layer, gradients[q]);
            Vectors.scale(-1, v);
            solved[q] = solver == null ? new double[v.length] : solver.solve(v);
        }
        if (aggregation == Aggregation.NONE) {
            return solved;
        }
        double[] sum = new double[solved[0].length];
        for (double[] one : solved) {
            Vectors.axpy(aggregation == Aggregation.SUM ? 1 : 1.0 / solved.length, one, sum);
        }
        return new double[][] {sum};
    }

    /** What the rank leaves is what the singular values beyond it say, and no more than they must. */
    private static void assertRank(
            double[] whole, Queries queries, int q, int l, PathOptions options, double slack) {
        double[] kept = queries.layers().get(l).matrix(q);
        double[] difference = whole.clone();
        Vectors.axpy(-1, kept, difference);
        double norm = Vectors.norm(whole);
        double expected = norm * queries.truncation()[q][l];
        assertEquals(expected, Vectors.norm(difference), slack + Math.sqrt(options.tolerance(false)) * norm,
                "what the rank leaves");
        int rows = options.layers().get(l).outputs();
        if (options.rank() == 0 || options.rank() >= Math.min(rows, whole.length / rows)) {
            close("whole query", whole, kept, 1, slack);
        } else {
            double[] values = new SingularValueDecomposition(
                    MatrixUtils.createRealMatrix(matrix(whole, rows)))
                    .getSingularValues();
            double tail = Math.sqrt(Arrays.stream(values, options.rank(), values.length).map(x -> x * x).sum());
            assertEquals(tail, Vectors.norm(difference), slack + Math.sqrt(options.tolerance(false)) * norm,
                    "the nearest of this rank");
        }
    }

    private static double[][] matrix(double[] flat, int rows) {
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(flat, i * (flat.length / rows), (i + 1) * (flat.length / rows));
        }
        return matrix;
    }

    private static void assertScores(
            Setting setting, PathOptions options, Pipeline pipeline, Queries queries, int q, int l,
            double[][] gradients, TokenScores tokens) {
        BlockSpace space = BlockSpace.ofLayers(options.layers());
        double[] p = queries.layers().get(l).matrix(q);
        double[] expected = Arrays.stream(gradients)
                .mapToDouble(gradient -> -Vectors.dot(p, part(space, l, gradient))).toArray();
        // Scores are sums of products that may cancel: they err by the products' size.
        double scale = Vectors.norm(p) * Arrays.stream(gradients)
                .mapToDouble(Vectors::norm).max().orElseThrow();
        scan(setting, pipeline, queries, tokens, part -> {
            for (int i = 0; i < part.sequences(); i++) {
                int m = part.from() + i;
                double score = part.layers()[l][i * queries.count() + q];
                assertEquals(expected[m], score, options.tolerance(false) * scale + Double.MIN_NORMAL,
                        () -> "score of sequence " + m + ", layer " + options.layers().get(l).name());
            }
        });
    }

    /** Cells of all token scores that are parts of the score sum to it, and no cell lies on padding. */
    @Property(tries = TRIES)
    void tokensSumToTheScore(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        inverted(setting, options, inverse -> {
            Pipeline pipeline = options.pipeline(setting);
            Queries queries = new QueryPass(pipeline, inverse)
                    .run(setting.examples(), options.rank(), Aggregation.NONE);
            double[][] gradients = gradients(setting, options);
            double largest = Arrays.stream(gradients).mapToDouble(Vectors::norm).max().orElseThrow();
            for (TokenScores tokens : List.of(TokenScores.GRADIENT, TokenScores.OUTPUT)) {
                scan(setting, pipeline, queries, tokens, part -> {
                    double[] totals = part.totals();
                    for (int i = 0; i < part.sequences(); i++) {
                        double[] fed = setting.examples().get(part.from() + i).reals("fed");
                        for (int q = 0; q < queries.count(); q++) {
                            double sum = 0;
                            for (int t = 0; t < fed.length; t++) {
                                double cell = part.tokens()[i][t * queries.count() + q];
                                sum += cell;
                                assertTrue(fed[t] != 0 || cell == 0, "a cell on padding");
                            }
                            double scale = norm(queries, q) * largest * fed.length;
                            assertEquals(totals[i * queries.count() + q], sum,
                                    options.tolerance(false) * scale + Double.MIN_NORMAL, "sum of " + tokens);
                        }
                    }
                });
            }
        });
    }

    /** {@code gᵀ(C + λ)⁻¹g} of each sequence and layer. */
    @Property(tries = TRIES)
    void selfInfluenceIsADenseSolve(@ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        assumeWellScaled(setting);
        PathOptions options = PathOptions.of(setting);
        inverted(setting, options, inverse -> {
            double[][] gradients = gradients(setting, options);
            ScanPass.self(options.pipeline(setting), inverse).run(Sequences.of(setting.examples()), part -> {
                for (int l = 0; l < options.layers().size(); l++) {
                    CholeskySolver solver = solver(inverse, l);
                    for (int i = 0; i < part.sequences(); i++) {
                        double[] g = part(inverse.space(), l, gradients[part.from() + i]);
                        double[] x = solver == null ? new double[g.length] : solver.solve(g);
                        double slack = slack(inverse, options, gradients, l, x);
                        assertEquals(Vectors.dot(g, x), part.layers()[l][i],
                                2 * Vectors.norm(g) * slack + slack * options.tolerance(false) * largest(gradients),
                                "self-influence");
                    }
                }
            }, PassListener.NONE);
        });
    }

    /**
     * What rounding may change a solution by. A gradient errs by the tolerance of the largest one, since a layer whose
     * own gradient nearly cancels is computed from numbers of that size; {@code (C + λ)⁻¹} magnifies the error by its
     * norm.
     */
    private static double slack(
            ClosedFormInverse inverse, PathOptions options, double[][] gradients, int layer, double[] solution) {
        double norm = Arrays.stream(part(inverse.space(), layer, inverse.reciprocals())).max().orElseThrow();
        return options.tolerance(true) * Vectors.norm(solution)
                + norm * options.tolerance(false) * largest(gradients) + Double.MIN_NORMAL;
    }

    private static double largest(double[][] gradients) {
        return Arrays.stream(gradients).mapToDouble(Vectors::norm).max().orElseThrow();
    }

    /**
     * Sampled {@code Λ} is unbiased in its own basis: over seeds, the mean of {@code Λ − diag(QᵀG_ℓQ)} along the
     * leading direction vanishes, {@code Q} being fitted at the first pass of each seed. Six standard errors of the
     * mean are allowed, which chance exceeds once in some 10⁸ draws of this property where the mean is normal. The mean
     * is not normal where a label of large gradient is drawn less than once in {@code seeds} fits, and the sample
     * cannot tell such a model from one with a bias. So the models are the same each time.
     */
    @Property(tries = 4, seed = "1")
    void sampledEigenvaluesAreUnbiasedInTheirBasis(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        int seeds = 300;
        int last = setting.layers().size() - 1;
        double[] differences = new double[seeds];
        for (int seed = 0; seed < seeds; seed++) {
            FactorFit fit = new FactorFit(setting.objective(), setting.layers(),
                    new FisherLabels.Sampled(setting.random("seeds").nextLong() + seed, 1), Setting.COMPUTE);
            List<KroneckerBasis> bases = fit.factors().stream().map(KroneckerBasis::of).toList();
            KroneckerBasis basis = bases.get(last);
            int leading = basis.rows() * basis.columns() - 1;
            double[] exact = setting.gaussNewton().diagonalIn(last, VecKronecker.kronecker(
                    basis.gradientVectors(), basis.rows(), basis.activationVectors(), basis.columns()));
            differences[seed] = part(setting.space(), last, fit.eigenvalues(bases))[leading] - exact[leading];
        }
        double mean = Arrays.stream(differences).average().orElseThrow();
        double variance = Arrays.stream(differences).map(x -> (x - mean) * (x - mean)).sum() / (seeds - 1);
        assertTrue(Math.abs(mean) <= 6 * Math.sqrt(variance / seeds) + 1e-12, () -> "Λ is off by " + mean
                + " along its leading direction, standard error " + Math.sqrt(variance / seeds));
    }

    /**
     * Where no sequence bears loss there is no curvature and no damping: every layer is named, and contributes nothing.
     */
    @Property(tries = TRIES)
    void layersWithoutCurvatureContributeNothing(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        PathOptions options = PathOptions.of(setting).with(Strategy.DIAGONAL);
        Setting silent = setting.on(setting.examples().stream()
                .map(example -> example.withWeights(new double[example.length()])).toList());
        inverted(silent, options, inverse -> {
            assertEquals(options.layers().stream().map(TrackedLayer::name).toList(), inverse.nullBlocks());
            Queries queries = new QueryPass(options.pipeline(setting), inverse)
                    .run(setting.examples(), 0, Aggregation.NONE);
            queries.layers().forEach(layer -> assertEquals(0, Vectors.norm(layer.matrix(0)), layer.layer().name()));
        });
    }

    private static double norm(Queries queries, int q) {
        return Math.sqrt(queries.layers().stream()
                .mapToDouble(layer -> Vectors.dot(layer.matrix(q), layer.matrix(q))).sum());
    }

    private static void scan(
            Setting setting, Pipeline pipeline, Queries queries, TokenScores tokens, Consumer<ScorePart> check) {
        ScanPass.pairwise(pipeline, queries, tokens)
                .run(Sequences.of(setting.examples()), check::accept, PassListener.NONE);
    }

    private static FactorDefinition definition(Setting setting, PathOptions options) {
        return new FactorDefinition(setting.objective(), options.layers(), options.labels());
    }

    /** {@code ∇L} of each sequence. */
    private static double[][] gradients(Setting setting, PathOptions options) {
        return new FactorDefinition(setting.objective(), options.layers(), new FisherLabels.Training()).gradients();
    }

    private static void inverted(Setting setting, PathOptions options, Consumer<ClosedFormInverse> use) {
        try {
            Path folder = Files.createTempDirectory("plumbline-path-");
            try {
                use.accept(options.inverse(setting, folder.resolve("factors")));
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

    /** {@code C} of a block as a matrix. */
    private static double[] dense(ClosedFormInverse inverse, int block) {
        double[] own = part(inverse.space(), block, inverse.curvature().diagonal());
        return inverse.curvature().basis(block).map(basis -> inBasis(basis, own)).orElseGet(() -> diagonal(own));
    }

    private static double[] inBasis(KroneckerBasis basis, double[] eigenvalues) {
        double[] q = VecKronecker.kronecker(
                basis.gradientVectors(), basis.rows(), basis.activationVectors(), basis.columns());
        int n = eigenvalues.length;
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    matrix[i * n + j] += q[i * n + k] * eigenvalues[k] * q[j * n + k];
                }
            }
        }
        return matrix;
    }

    /** {@code C + λ} of a block, factorized; null where both vanish. */
    private static CholeskySolver solver(ClosedFormInverse inverse, int block) {
        double[] dense = dense(inverse, block);
        double lambda = inverse.damping().of(block);
        int n = (int) Math.sqrt(dense.length);
        for (int i = 0; i < n; i++) {
            dense[i * n + i] += lambda;
        }
        return Arrays.stream(dense).allMatch(x -> x == 0) ? null : CholeskySolver.of(dense, n);
    }

    private static double[] diagonal(double[] d) {
        double[] matrix = new double[d.length * d.length];
        for (int i = 0; i < d.length; i++) {
            matrix[i * d.length + i] = d[i];
        }
        return matrix;
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double[] part(BlockSpace space, int block, double[] flat) {
        return Arrays.copyOfRange(flat, space.offset(block), space.offset(block + 1));
    }

    private static void close(String what, double[] expected, double[] found, PathOptions options) {
        BlockSpace space = BlockSpace.ofLayers(options.layers());
        for (int l = 0; l < space.blocks().size(); l++) {
            close(what + " of " + space.blocks().get(l).name() + ", " + options, part(space, l, expected),
                    part(space, l, found), options.tolerance(false), Vectors.norm(expected));
        }
    }

    private static void close(String what, double[] expected, double[] found, double tolerance, double scale) {
        double[] difference = expected.clone();
        Vectors.axpy(-1, found, difference);
        double bound = tolerance * scale + Double.MIN_NORMAL;
        assertTrue(Vectors.norm(difference) <= bound,
                () -> what + " differs by " + Vectors.norm(difference) + ", expected at most " + bound);
    }
}
