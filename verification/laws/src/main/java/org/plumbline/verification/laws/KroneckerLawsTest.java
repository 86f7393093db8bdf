package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.TrackedLayer;

/**
 * Kronecker factors, their eigenbasis and the eigenvalues fitted in it, against the exact Gauss–Newton block of each
 * layer. Everything is in exact expectation over labels.
 */
class KroneckerLawsTest extends SubjectLaws {

    private static DenseCurvature dense(KroneckerCurvature operator) {
        return DenseCurvature.of(operator, Setting.COMPUTE);
    }

    private static double squaredDistance(double[] x, double[] y) {
        double[] difference = Dense.plus(x, -1, y);
        return Vectors.dot(difference, difference);
    }

    /** A factor has no eigenvalue below zero by more than the error of its largest. */
    private static void assertSemiDefinite(String what, double[] factor) {
        int n = (int) Math.round(Math.sqrt(factor.length));
        assertClose(what + " transposed", factor, Dense.transpose(factor, n, n), Rounding.SAME);
        double[] eigenvalues = Dense.eigenvalues(factor);
        assertTrue(eigenvalues[0] >= -Rounding.of(100.0 * n, eigenvalues[n - 1]),
                () -> what + " has the eigenvalue " + eigenvalues[0] + "; its largest is " + eigenvalues[n - 1]);
    }

    @Property(tries = 30)
    @Tag("law-18")
    void factorsAreSecondMoments(@ForAll(supplier = Models.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            double[] a = factors.get(i).activation();
            assertSemiDefinite("A of " + layer.name(), a);
            assertSemiDefinite("S of " + layer.name(), factors.get(i).gradient());
            if (layer.bias().isPresent()) {
                int columns = layer.columns();
                assertClose("last row of A of " + layer.name(), setting.enumeration().meanActivation(i),
                        Arrays.copyOfRange(a, (columns - 1) * columns, columns * columns), Rounding.SAME);
                assertWithin("corner of A of " + layer.name(), 1, a[columns * columns - 1], Rounding.SAME);
            }
        }
    }

    /**
     * Row-major {@code vec} reads {@code S ⊗ A}: on the product with any matrix, and on the exact block where it is a
     * Kronecker product. In column-major order the same block reads {@code A ⊗ S}.
     */
    @Property(tries = 20)
    @Tag("law-21")
    void rowMajorVecReadsGradientTimesActivation(@ForAll(supplier = Transformers.OnePosition.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        KroneckerCurvature kfac = subject.kfac(setting.objective(), setting.layers());
        double[] v = setting.vector("V", setting.space().dimension());
        double[] product = kfac.apply(v);
        for (int i = 0; i < factors.size(); i++) {
            int rows = setting.layers().get(i).outputs();
            int columns = setting.layers().get(i).columns();
            double[] s = factors.get(i).gradient();
            double[] a = factors.get(i).activation();
            double[] svat = Dense.multiply(Dense.multiply(s, setting.part(v, i), rows),
                    Dense.transpose(a, columns, columns), columns);
            assertClose("(S ⊗ A) vec(V)", svat, setting.part(product, i), Rounding.SAME);
            double[] block = setting.gaussNewton().block(i);
            assertClose("S ⊗ A", block, VecKronecker.kronecker(s, rows, a, columns), Rounding.SAME);
            assertClose("A ⊗ S", columnMajor(block, rows, columns), VecKronecker.kronecker(a, columns, s, rows),
                    Rounding.SAME);
        }
    }

    /** A block in the order of {@code vec} by columns. */
    private static double[] columnMajor(double[] block, int rows, int columns) {
        int n = rows * columns;
        double[] reordered = new double[n * n];
        for (int p = 0; p < n; p++) {
            for (int q = 0; q < n; q++) {
                int from = p % columns * rows + p / columns;
                int to = q % columns * rows + q / columns;
                reordered[from * n + to] = block[p * n + q];
            }
        }
        return reordered;
    }

    /** {@code ‖G − EK‖ ≤ ‖G − c·K‖} for every {@code c}, the best one among them. */
    @Property(tries = 20)
    @Tag("law-22")
    void noMultipleOfKfacIsNearer(@ForAll(supplier = Models.Small.class) Setting setting) {
        DenseCurvature ek = dense(subject.ekfac(setting.objective(), setting.layers()));
        DenseCurvature k = dense(subject.kfac(setting.objective(), setting.layers()));
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] g = setting.gaussNewton().block(i);
            double[] kBlock = k.block(i);
            double best = Vectors.dot(g, kBlock) / Vectors.dot(kBlock, kBlock);
            double found = Math.sqrt(squaredDistance(g, ek.block(i)));
            for (double c : new double[] {best, 0, 0.5, 1, 2, 4 * setting.random("c").nextDouble()}) {
                double distance = Math.sqrt(squaredDistance(g, Dense.times(c, kBlock)));
                assertTrue(found <= distance + Rounding.SAME * Vectors.norm(g),
                        () -> "EK-FAC is " + found + " from G, " + c + " · K-FAC is " + distance);
            }
        }
    }

    /** {@code ‖G − K‖² = ‖G − EK‖² + ‖EK − K‖²}. */
    @Property(tries = 20)
    @Tag("law-22")
    void distancesArePythagorean(@ForAll(supplier = Models.Small.class) Setting setting) {
        DenseCurvature ek = dense(subject.ekfac(setting.objective(), setting.layers()));
        DenseCurvature k = dense(subject.kfac(setting.objective(), setting.layers()));
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] g = setting.gaussNewton().block(i);
            double whole = squaredDistance(g, k.block(i));
            double sum = squaredDistance(g, ek.block(i)) + squaredDistance(ek.block(i), k.block(i));
            assertWithin("‖G − EK‖² + ‖EK − K‖²", whole, sum,
                    Rounding.SAME * (Vectors.dot(g, g) + Vectors.dot(k.block(i), k.block(i))));
        }
    }

    /** {@code Q_S ⊗ Q_A}, its columns the eigenvectors of the block. */
    private static double[] rotation(KroneckerBasis basis) {
        return VecKronecker.kronecker(
                basis.gradientVectors(), basis.rows(), basis.activationVectors(), basis.columns());
    }

    @Property(tries = 20)
    @Tag("law-23")
    void eigenvaluesAreTheDiagonalInTheBasis(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<KroneckerBasis> bases = bases(setting);
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases);
        DenseCurvature ek = dense(subject.ekfac(setting.objective(), setting.layers()));
        for (int i = 0; i < bases.size(); i++) {
            double[] g = setting.gaussNewton().block(i);
            int n = setting.layers().get(i).size();
            double[] q = rotation(bases.get(i));
            double[] rotated = Dense.multiply(Dense.multiply(Dense.transpose(q, n, n), g, n), q, n);
            assertClose("Λ", Dense.diagonal(rotated), setting.part(lambda, i), Rounding.SAME);
            assertWithin("tr EK", Dense.trace(g), Dense.trace(ek.block(i)), Rounding.SAME * Dense.trace(g));
        }
    }

    private List<KroneckerBasis> bases(Setting setting) {
        return subject.factors(setting.objective(), setting.layers()).stream().map(subject::basis).toList();
    }

    /** The {@code k} largest of {@code Λ} never sum to more than the {@code k} largest eigenvalues of {@code G_ℓ}. */
    @Property(tries = 20)
    @Tag("law-24")
    void eigenvaluesAreMajorized(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases(setting));
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] exact = Dense.eigenvalues(setting.gaussNewton().block(i));
            double[] found = setting.part(lambda, i);
            Arrays.sort(found);
            double trace = Arrays.stream(exact).sum();
            double excess = 0;
            for (int j = exact.length - 1; j >= 0; j--) {
                excess += found[j] - exact[j];
                assertTrue(excess <= Rounding.SAME * trace, "the largest of Λ exceed the largest eigenvalues of G");
            }
            assertWithin("sum of Λ", trace, trace + excess, Rounding.SAME * trace);
        }
    }

    /**
     * {@code logdet(EK + λ) ≥ logdet(G + λ)}. An error of {@code SAME · ‖G‖} in each of the {@code n} eigenvalues moves
     * its logarithm by at most {@code SAME · ‖G‖/λ}.
     */
    @Property(tries = 20)
    @Tag("law-24")
    void logDeterminantIsNotSmaller(@ForAll(supplier = Models.Small.class) Setting setting) {
        DenseCurvature ek = dense(subject.ekfac(setting.objective(), setting.layers()));
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] exact = Dense.eigenvalues(setting.gaussNewton().block(i));
            double damping = 0.1 * Arrays.stream(exact).average().orElseThrow();
            double found = logDeterminant(Dense.eigenvalues(ek.block(i)), damping);
            double bound = exact.length * Rounding.solved(exact[exact.length - 1], damping);
            double expected = logDeterminant(exact, damping);
            assertTrue(found >= expected - bound, () -> "log det of EK-FAC " + found + ", of G " + expected);
        }
    }

    private static double logDeterminant(double[] eigenvalues, double damping) {
        return Arrays.stream(eigenvalues).map(value -> Math.log(Math.max(0, value) + damping)).sum();
    }

    /** One sequence of one fed position in all: nothing is left to approximate. */
    @Property(tries = 20)
    @Tag("law-25")
    void exactForOnePosition(@ForAll(supplier = Transformers.OnePosition.class) Setting setting) {
        assertExact(setting);
    }

    /** A linear layer with {@code ½‖y − s‖²}, where {@code S = I}: exact for any number of sequences of any lengths. */
    @Property(tries = 20)
    @Tag("law-25")
    void exactForLinearRegression(@ForAll(supplier = Perceptrons.LinearRegressions.class) Setting setting) {
        assertExact(setting);
    }

    private void assertExact(Setting setting) {
        KroneckerCurvature kfac = subject.kfac(setting.objective(), setting.layers());
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        DenseCurvature k = dense(kfac);
        DenseCurvature ek = dense(ekfac);
        for (int i = 0; i < setting.layers().size(); i++) {
            assertClose("K-FAC", setting.gaussNewton().block(i), k.block(i), Rounding.SAME);
            assertClose("EK-FAC", setting.gaussNewton().block(i), ek.block(i), Rounding.SAME);
        }
        new DampedSystem(setting, setting.gaussNewton()::block).assertSolvedBy(subject, kfac);
        new DampedSystem(setting, setting.gaussNewton()::block).assertSolvedBy(subject, ekfac);
    }

    /**
     * {@code Λ} is of whole sequences. Squared token by token it is the same for layers each of whose outputs reaches
     * the logits of its own position alone.
     */
    @Property(tries = 20)
    @Tag("law-26")
    void tokensAndSequencesAgreeAfterTheLastMixing(@ForAll(supplier = Transformers.Mixing.class) Setting setting) {
        assertTokensAndSequences(setting);
    }

    /**
     * It is another everywhere else; by how much depends on the model, and 10⁻⁶ is far above rounding and far below
     * what mixing does to these.
     */
    @Property(tries = 20, seed = Draw.SAME_MODELS)
    @Tag("law-26")
    void tokensAndSequencesDifferBeforeTheLastMixing(@ForAll(supplier = Transformers.Mixing.class) Setting setting) {
        List<KroneckerBasis> bases = bases(setting);
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases);
        for (int i = 0; i < bases.size(); i++) {
            if (Modules.mixes(setting, setting.layers().get(i))) {
                assertNotOfTokens(setting, i, bases.get(i), setting.part(lambda, i));
            }
        }
    }

    /**
     * Of the last block's attention, queries reach the logits of their own position alone. What comes back to queries
     * has passed the derivative of a softmax, in which terms of the size of what comes back to values cancel: rounding
     * is relative to these.
     */
    @Property(tries = 20)
    @Tag("law-26")
    void tokensAndSequencesAgreeForTheLastQueries(@ForAll(supplier = Decoders.LastAttention.class) Setting setting) {
        List<KroneckerBasis> bases = bases(setting);
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases);
        for (int i = 0; i < bases.size(); i++) {
            String name = setting.layers().get(i).name();
            if (name.endsWith("q_proj")) {
                assertWithin("Λ of " + name + " token by token",
                        setting.enumeration().eigenvalues(i, bases.get(i), true), setting.part(lambda, i),
                        Rounding.SAME * Vectors.norm(lambda));
            }
        }
    }

    /** Values reach those of others, too. */
    @Property(tries = 20, seed = Draw.SAME_MODELS)
    @Tag("law-26")
    void tokensAndSequencesDifferForTheLastValues(@ForAll(supplier = Decoders.LastAttention.class) Setting setting) {
        List<KroneckerBasis> bases = bases(setting);
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases);
        for (int i = 0; i < bases.size(); i++) {
            if (setting.layers().get(i).name().endsWith("v_proj")) {
                assertNotOfTokens(setting, i, bases.get(i), setting.part(lambda, i));
            }
        }
    }

    private static void assertNotOfTokens(Setting setting, int layer, KroneckerBasis basis, double[] found) {
        double difference = Math.sqrt(squaredDistance(setting.enumeration().eigenvalues(layer, basis, true), found));
        assertTrue(difference > 1e-6 * Vectors.norm(found),
                () -> "Λ of " + setting.layers().get(layer).name() + " is that of single tokens");
    }

    /** Rows of a perceptron never mix. */
    @Property(tries = 20)
    @Tag("law-26")
    void tokensAndSequencesAgreeWithoutMixing(@ForAll(supplier = Perceptrons.class) Setting setting) {
        assertTokensAndSequences(setting);
    }

    private void assertTokensAndSequences(Setting setting) {
        List<KroneckerBasis> bases = bases(setting);
        double[] lambda = subject.eigenvalues(setting.objective(), setting.layers(), bases);
        for (int i = 0; i < bases.size(); i++) {
            double[] perSequence = setting.enumeration().eigenvalues(i, bases.get(i), false);
            String name = setting.layers().get(i).name();
            assertClose("Λ of " + name, perSequence, setting.part(lambda, i), Rounding.SAME);
            if (!Modules.mixes(setting, setting.layers().get(i))) {
                double[] perToken = setting.enumeration().eigenvalues(i, bases.get(i), true);
                assertClose("Λ of " + name + " token by token", perToken, setting.part(lambda, i), Rounding.SAME);
            }
        }
    }
}
