package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.TrackedLayer;

/** Other Kronecker products than K-FAC's: damped inside, nearest, from partial traces, in diagonal blocks. */
class ProductLawsTest extends SubjectLaws {

    private static double[] product(KroneckerFactors factors) {
        return Dense.times(factors.meanLength(), VecKronecker.kronecker(factors.gradient(), factors.block().rows(),
                factors.activation(), factors.block().columns()));
    }

    /**
     * {@code n̄ (S + √(λ/n̄)/π) ⊗ (A + π√(λ/n̄))} exceeds {@code n̄ S ⊗ A + λ} by
     * {@code √(λn̄)(πS ⊗ I + I ⊗ A/π) ⪰ 0}, which is not zero: the inverse with damping added to the product is the
     * larger one, along any vector that meets the excess.
     */
    @Property(tries = 20)
    @Tag("law-31")
    void dampingInsideTheFactorsIsStronger(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        KroneckerCurvature kfac = subject.kfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), DampedSystem.FACTOR, kfac.diagonal());
        double[] v = setting.vector("v", setting.space().dimension());
        double[] x = subject.inverseProduct(kfac, damping, v);
        for (FactoredTikhonov choice : FactoredTikhonov.values()) {
            KroneckerCurvature inside = choice.damped(factors, damping);
            double[] found = inside.apply(v);
            for (int i = 0; i < factors.size(); i++) {
                TrackedLayer layer = setting.layers().get(i);
                int n = layer.size();
                double lambda = damping.of(i);
                double[] exact = Dense.damped(product(factors.get(i)), lambda);
                double[] excess = excess(factors.get(i), lambda, choice.ratio(factors.get(i)));
                double[] factored = Dense.plus(exact, 1, excess);
                double[] part = setting.part(v, i);
                assertClose("factored damping of " + layer.name(), Dense.multiply(factored, part, n),
                        setting.part(found, i), Rounding.SAME);
                double trace = Dense.trace(factored);
                assertTrue(
                        Dense.eigenvalues(excess)[0] >= -Rounding.of(100.0 * n, trace), "the excess is semi-definite");
                double outside = Vectors.dot(part, setting.part(x, i));
                double within = Vectors.dot(part, CholeskySolver.of(factored, n).solve(part));
                double bound = Rounding.solved(trace, lambda) * Vectors.dot(part, part) / lambda;
                assertTrue(outside > within - bound,
                        () -> "vᵀ(Ĝ + λ)⁻¹v is " + outside + ", with factored damping " + within);
                // (M + E)⁻¹ = M⁻¹ − M⁻¹E(M + E)⁻¹, and M = Ĝ + λ.
                double[] solved = CholeskySolver.of(factored, n).solve(part);
                double gap = Vectors.dot(CholeskySolver.of(exact, n).solve(part), Dense.multiply(excess, solved, n));
                assertWithin("what damping inside the factors takes away", gap, outside - within, bound);
            }
        }
    }

    private static double[] excess(KroneckerFactors factors, double lambda, double ratio) {
        int rows = factors.block().rows();
        int columns = factors.block().columns();
        double[] left = VecKronecker.kronecker(
                factors.gradient(), rows, Dense.damped(new double[columns * columns], 1), columns);
        double[] right = VecKronecker.kronecker(
                Dense.damped(new double[rows * rows], 1), rows, factors.activation(), columns);
        return Dense.times(Math.sqrt(lambda * factors.meanLength()),
                Dense.plus(Dense.times(ratio, left), 1 / ratio, right));
    }

    /** Nothing of the form {@code c · n̄ S ⊗ A} is nearer to the block than the nearest product of any two factors. */
    @Property(tries = 20)
    @Tag("law-35")
    void nearestProductIsNoWorseThanKfac(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<KroneckerFactors> kfac = subject.factors(setting.objective(), setting.layers());
        List<KroneckerFactors> nearest = DenseFactors.nearest(setting.gaussNewton());
        List<KroneckerFactors> traces = DenseFactors.partialTraces(setting.gaussNewton());
        for (int i = 0; i < kfac.size(); i++) {
            double[] g = setting.gaussNewton().block(i);
            double found = distance(g, product(nearest.get(i)), 1);
            for (KroneckerFactors other : List.of(kfac.get(i), traces.get(i))) {
                double[] product = product(other);
                double best = Vectors.dot(g, product) / Vectors.dot(product, product);
                assertTrue(found <= distance(g, product, best) + Rounding.SAME * Vectors.norm(g),
                        "another Kronecker product is nearer than the nearest");
            }
        }
    }

    private static double distance(double[] g, double[] product, double c) {
        return Vectors.norm(Dense.plus(g, -c, product));
    }

    /** Shampoo's {@code E[Dθ Dθᵀ] / tr G} and {@code E[Dθᵀ Dθ]}, from whole-sequence pseudo-gradients. */
    @Property(tries = 20)
    @Tag("law-35")
    void partialTracesAreShampoosFactors(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<KroneckerFactors> traces = DenseFactors.partialTraces(setting.gaussNewton());
        for (int i = 0; i < traces.size(); i++) {
            int rows = setting.layers().get(i).outputs();
            int columns = setting.layers().get(i).columns();
            double[] left = new double[rows * rows];
            double[] right = new double[columns * columns];
            for (LabelEnumeration.Term term : setting.enumeration().terms()) {
                double[] gradient = setting.enumeration().sequenceGradient(term, i);
                double[] transposed = Dense.transpose(gradient, rows, columns);
                double weight = 1.0 / setting.examples().size();
                Vectors.axpy(weight, Dense.multiply(gradient, transposed, columns), left);
                Vectors.axpy(weight, Dense.multiply(transposed, gradient, rows), right);
            }
            double trace = Dense.trace(setting.gaussNewton().block(i));
            assertClose("E[Dθ Dθᵀ] / tr G", Dense.times(1 / trace, left), traces.get(i).gradient(), Rounding.SAME);
            assertClose("E[Dθᵀ Dθ]", right, traces.get(i).activation(), Rounding.SAME);
        }
    }

    /** One block is the whole factor; several are decomposed each by itself, the first ones longer. */
    @Property(tries = 30)
    @Tag("law-36")
    void blocksOfFactorsKeepToThemselves(@ForAll(supplier = Models.class) Setting setting) {
        for (KroneckerFactors factors : subject.factors(setting.objective(), setting.layers())) {
            KroneckerBasis whole = subject.basis(factors);
            KroneckerBasis one = KroneckerBasis.of(factors, 1);
            assertWithin("Q_A of one block", whole.activationVectors(), one.activationVectors(), 0);
            assertWithin("Q_S of one block", whole.gradientVectors(), one.gradientVectors(), 0);
            int most = Math.min(4, Math.min(factors.block().rows(), factors.block().columns()));
            for (int parts = 2; parts <= most; parts++) {
                KroneckerBasis basis = KroneckerBasis.of(factors, parts);
                assertBlocks(factors.activation(), basis.activationVectors(), basis.activationValues(), parts);
                assertBlocks(factors.gradient(), basis.gradientVectors(), basis.gradientValues(), parts);
            }
        }
    }

    private static void assertBlocks(double[] factor, double[] vectors, double[] values, int parts) {
        int n = values.length;
        double[] kept = new double[n * n];
        double[] outside = new double[n * n];
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < n; column++) {
                boolean together = part(row, n, parts) == part(column, n, parts);
                kept[row * n + column] = together ? factor[row * n + column] : 0;
                outside[row * n + column] = together ? 0 : vectors[row * n + column];
            }
        }
        assertWithin("eigenvectors outside their block", new double[n * n], outside, 0);
        double[] scaled = vectors.clone();
        for (int k = 0; k < scaled.length; k++) {
            scaled[k] *= values[k % n];
        }
        assertWithin("Q diag Qᵀ", kept, Dense.multiply(scaled, Dense.transpose(vectors, n, n), n),
                Rounding.of(100.0 * n, Vectors.norm(factor)));
        assertWithin("QᵀQ", Dense.damped(new double[n * n], 1),
                Dense.multiply(Dense.transpose(vectors, n, n), vectors, n), Rounding.of(100.0 * n, Math.sqrt(n)));
    }

    /**
     * Sizes as they come when one after the other goes to the first part that is shortest; a part for each row at most.
     */
    private static int part(int index, int n, int parts) {
        int[] sizes = new int[Math.min(parts, n)];
        for (int i = 0; i < n; i++) {
            sizes[i % sizes.length]++;
        }
        int part = 0;
        for (int left = index; left >= sizes[part]; part++) {
            left -= sizes[part];
        }
        return part;
    }
}
