package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;

/** Eigenbases and the inverse products made of them, against dense solves. */
class InverseLawsTest extends SubjectLaws {

    /**
     * K-FAC: {@code (n̄ S ⊗ A + λ)⁻¹ v} with factors from plain sums, and no eigenvectors on the dense side at all.
     */
    @Property(tries = 20)
    @Tag("law-27")
    void kfacInverseIsTheDenseSolve(@ForAll(supplier = Models.Small.class) Setting setting) {
        LabelEnumeration plain = setting.enumeration();
        new DampedSystem(setting, i -> Dense.times(plain.meanLength(), VecKronecker.kronecker(
                        plain.gradientFactor(i), setting.layers().get(i).outputs(),
                        plain.activationFactor(i), setting.layers().get(i).columns())))
                .assertSolvedBy(subject, subject.kfac(setting.objective(), setting.layers()));
    }

    /**
     * EK-FAC: {@code Σ_ij Λ_ij (q_i ⊗ q_j)(q_i ⊗ q_j)ᵀ} with {@code q} the columns of the bases, which are eigenvectors
     * of plainly summed factors, and {@code Λ} from plain sums.
     */
    @Property(tries = 20)
    @Tag("law-27")
    void ekfacInverseIsTheDenseSolve(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<KroneckerBasis> bases = subject.factors(setting.objective(), setting.layers()).stream()
                .map(subject::basis)
                .toList();
        for (int i = 0; i < bases.size(); i++) {
            KroneckerBasis basis = bases.get(i);
            assertClose("A", setting.enumeration().activationFactor(i),
                    diagonalized(basis.activationVectors(), basis.activationValues()), Rounding.SAME);
            assertClose("S", setting.enumeration().gradientFactor(i),
                    diagonalized(basis.gradientVectors(), basis.gradientValues()), Rounding.SAME);
        }
        new DampedSystem(setting, i -> diagonalized(
                        VecKronecker.kronecker(bases.get(i).gradientVectors(), bases.get(i).rows(),
                                bases.get(i).activationVectors(), bases.get(i).columns()),
                        setting.enumeration().eigenvalues(i, bases.get(i), false)))
                .assertSolvedBy(subject, subject.ekfac(setting.objective(), setting.layers()));
    }

    /** {@code Q diag(values) Qᵀ}, eigenvectors in columns. */
    private static double[] diagonalized(double[] vectors, double[] values) {
        int n = values.length;
        double[] matrix = new double[n * n];
        for (int k = 0; k < n; k++) {
            double[] column = new double[n];
            for (int i = 0; i < n; i++) {
                column[i] = vectors[i * n + k];
            }
            Dense.addOuter(matrix, values[k], column);
        }
        return matrix;
    }

    /** {@code QᵀQ = I}, {@code QᵀAQ} diagonal, {@code A = Q diag Qᵀ}; the same for {@code S}. */
    @Property(tries = 30)
    @Tag("law-28")
    void eigenbasesDiagonalize(@ForAll(supplier = Models.class) Setting setting) {
        for (KroneckerFactors factors : subject.factors(setting.objective(), setting.layers())) {
            KroneckerBasis basis = subject.basis(factors);
            assertDiagonalizes(factors.activation(), basis.activationVectors(), basis.activationValues());
            assertDiagonalizes(factors.gradient(), basis.gradientVectors(), basis.gradientValues());
        }
    }

    /** Backward stability of the eigensolver: a modest multiple of {@code n ε}, 100 taken. */
    private static void assertDiagonalizes(double[] matrix, double[] vectors, double[] values) {
        int n = values.length;
        double[] transposed = Dense.transpose(vectors, n, n);
        double[] identity = Dense.damped(new double[n * n], 1);
        assertWithin("QᵀQ", identity, Dense.multiply(transposed, vectors, n), Rounding.of(100.0 * n, Math.sqrt(n)));
        double[] diagonal = new double[n * n];
        for (int i = 0; i < n; i++) {
            diagonal[i * n + i] = values[i];
        }
        double bound = Rounding.of(100.0 * n, Vectors.norm(matrix));
        assertWithin("QᵀAQ", diagonal, Dense.multiply(Dense.multiply(transposed, matrix, n), vectors, n), bound);
        assertWithin("Q diag Qᵀ", matrix, diagonalized(vectors, values), bound);
    }

    /** {@code (Ĝ + λ)(Ĝ + λ)⁻¹ v = v}: necessary, and kept by operators in an unrelated basis too. */
    @Property(tries = 30)
    @Tag("law-29")
    void inverseUndoesTheProduct(@ForAll(supplier = Models.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        double[] v = setting.vector("v", setting.space().dimension());
        double[] x = subject.inverseProduct(ekfac, damping, v);
        double[] product = ekfac.apply(x);
        double[] lambda = damping.diagonal(ekfac.space());
        for (int i = 0; i < x.length; i++) {
            product[i] += lambda[i] * x[i];
        }
        for (int i = 0; i < setting.layers().size(); i++) {
            double largest = Arrays.stream(setting.part(ekfac.diagonal(), i)).max().orElseThrow();
            assertClose("(Ĝ + λ)(Ĝ + λ)⁻¹ v of " + setting.layers().get(i).name(), setting.part(v, i),
                    setting.part(product, i), Rounding.solved(largest, damping.of(i)));
        }
    }

    /**
     * A layer without curvature has no relative damping either; it is left out of the solution, never divided by
     * zero.
     */
    @Property(tries = 20)
    void deadLayersContributeNothing(@ForAll(supplier = Perceptrons.Dead.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        double[] x = subject.inverseProduct(ekfac, damping, setting.vector("v", setting.space().dimension()));
        assertWithin("the dead layer", new double[setting.layers().getFirst().size()], setting.part(x, 0), 0);
        int last = setting.layers().size() - 1;
        assertTrue(Vectors.norm(setting.part(x, last)) > 0, "the last layer is alive");
    }
}
