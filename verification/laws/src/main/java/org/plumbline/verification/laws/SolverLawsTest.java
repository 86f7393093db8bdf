package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.KohLiangRecursion;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.Minibatches;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.Solution;

/** Iterative solvers of {@code B x = v}, {@code B = G + λ} the damped Gauss–Newton matrix of a model. */
class SolverLawsTest {

    /** A system with one absolute damping: {@code λ = factor · λ_max(G)}, of condition at most {@code 1 + 1/factor}. */
    private static final class DampedGaussNewton {
        final Setting setting;
        final Damping damping;
        final double[] matrix;
        final SymmetricEigen eigen;
        final double[] v;
        final double[] solution;

        DampedGaussNewton(Setting setting, double factor) {
            this.setting = setting;
            int n = setting.space().dimension();
            double[] g = setting.gaussNewton().matrix();
            double lambda = factor * largest(Dense.eigenvalues(g));
            this.damping = Damping.absolute(setting.space(), lambda);
            this.matrix = Dense.damped(g, lambda);
            this.eigen = SymmetricEigen.of(matrix, n);
            this.v = setting.vector("v", n);
            this.solution = CholeskySolver.of(matrix, n).solve(v);
        }

        private static double largest(double[] ascending) {
            return ascending[ascending.length - 1];
        }

        double largest() {
            return largest(eigen.values());
        }

        double[] product(double[] x) {
            return Dense.multiply(matrix, x, x.length);
        }

        /** {@code √(eᵀBe)} of the error of {@code x}. */
        double energy(double[] x) {
            double[] error = Dense.plus(x, -1, solution);
            return Math.sqrt(Math.max(0, Vectors.dot(error, product(error))));
        }
    }

    private static double[] lissa(DampedGaussNewton system, double step, int iterations) {
        return new Lissa(0, iterations, OptionalDouble.of(step), 1)
                .solve(system.setting.gaussNewton(), system.damping, system.v).x();
    }

    /** {@code α r_j = α Σ_(k≤j) (I − αB)ᵏ v}, and gradient descent on {@code ½xᵀBx − vᵀx} from {@code αv}. */
    @Property(tries = 20)
    @Tag("law-48")
    void lissaIsAPowerSumAndGradientDescent(@ForAll(supplier = Models.Small.class) Setting setting) {
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        double step = 1.5 / system.largest();
        int iterations = 7;
        double[] power = system.v;
        double[] sum = system.v.clone();
        double[] descent = Dense.times(step, system.v);
        for (int k = 1; k <= iterations; k++) {
            power = Dense.plus(power, -step, system.product(power));
            Vectors.axpy(1, power, sum);
            descent = Dense.plus(descent, step, Dense.plus(system.v, -1, system.product(descent)));
        }
        double[] found = lissa(system, step, iterations);
        assertClose("α Σ (I − αB)ᵏ v", Dense.times(step, sum), found, Rounding.SAME);
        assertClose("gradient descent", descent, found, Rounding.SAME);
    }

    /**
     * Along each eigenvector the error is multiplied by {@code 1 − αλ} in every step: below {@code α = 2/λ_max} all
     * fall, above it that of the largest eigenvalue grows. Steps from zero, without a preconditioner.
     */
    @Property(tries = 20)
    @Tag("law-49")
    void stepBeyondTheLimitDiverges(@ForAll(supplier = Models.Small.class) Setting setting) {
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        int n = system.v.length;
        double[] top = new double[n];
        for (int i = 0; i < n; i++) {
            top[i] = system.eigen.vectors()[i * n + n - 1];
        }
        int steps = 30;
        for (double times : new double[] {1.9, 2.1}) {
            double step = times / system.largest();
            double[] x = new PreconditionedNeumann(step, 0, 0, steps).solve(setting.gaussNewton(), system.damping,
                    system.v, ClosedFormInverse.identity(setting.space())).x();
            double expected = Vectors.dot(top, system.solution) * (1 - Math.pow(1 - times, steps));
            // Errors of earlier steps grow with the iterates, by at most 1.1³⁰ < 18.
            assertWithin("component of the largest eigenvalue", expected, Vectors.dot(top, x),
                    18 * steps * Rounding.SAME * Vectors.norm(system.solution));
        }
        double start = system.energy(new double[n]);
        double contraction = Math.max(0.9, Math.abs(1 - 1.9 * system.eigen.values()[0] / system.largest()));
        assertTrue(system.energy(lissa(system, 1.9 / system.largest(), 60))
                <= Math.pow(contraction, 60) * start * (1 + Rounding.SAME) + Rounding.SAME * start,
                "does not converge");
        assertThrows(SolveException.class, () -> lissa(system, 2.1 / system.largest(), 1));
    }

    /**
     * Over all subsets of a size, {@code C_S v} averages to {@code Cv}; solvers that draw all sequences are those that
     * draw none, and one that draws some reports what the matrix says.
     */
    @Property(tries = 20)
    @Tag("law-59")
    void minibatchesAverageToTheWhole(@ForAll(supplier = Models.Small.class) Setting setting) {
        ExactCurvature whole = ExactCurvature.gaussNewton(setting.objective(), setting.space(), Setting.COMPUTE);
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        int examples = whole.examples();
        double[] product = whole.apply(system.v);
        for (int size = 1; size <= Math.min(3, examples); size++) {
            int number = size;
            int[][] subsets = IntStream.range(0, 1 << examples).filter(code -> Integer.bitCount(code) == number)
                    .mapToObj(code -> IntStream.range(0, examples).filter(m -> (code >> m & 1) == 1).toArray())
                    .toArray(int[][]::new);
            double[] mean = new double[product.length];
            for (int[] subset : subsets) {
                Vectors.axpy(1.0 / subsets.length, whole.on(subset).apply(system.v), mean);
            }
            assertClose("mean of C_S v", product, mean, Rounding.SAME);
        }
        double[][] v = {system.v};
        Lissa lissa = new Lissa(0, 9, OptionalDouble.of(1 / system.largest()), 1);
        assertArrayEquals(lissa.solve(whole, system.damping, system.v).x(),
                lissa.solveAll(whole, system.damping, new Minibatches(examples, 1), v, IterationListener.NONE)
                        .getFirst().x());
        Solution sampled = lissa.solveAll(
                whole, system.damping, new Minibatches(1, 2, 0.5, 1), v, IterationListener.NONE).getFirst();
        double[] residual = Dense.plus(system.v, -1, system.product(sampled.x()));
        assertWithin("residual", Vectors.norm(residual), sampled.residualNorm(),
                Rounding.SAME * (Vectors.norm(system.v) + system.largest() * Vectors.norm(sampled.x())));
    }

    /** With {@code d = 0.3} and {@code s > λ_max} the error falls by 0.7 or more a step: to 10⁻¹² in 80. */
    @Property(tries = 20)
    @Tag("law-50")
    void kohAndLiangSolveAnotherSystem(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[] g = setting.gaussNewton().matrix();
        double[] eigenvalues = Dense.eigenvalues(g);
        double scale = 1.2 * eigenvalues[eigenvalues.length - 1];
        double[] v = setting.vector("v", eigenvalues.length);
        double[] found = new KohLiangRecursion(0.3, scale, 0, 80).solve(setting.gaussNewton(), v).x();
        assertClose("(G + d·s·I)⁻¹ v", CholeskySolver.of(Dense.damped(g, 0.3 * scale), v.length).solve(v), found,
                Rounding.SAME);
    }

    /** Of an indefinite {@code H} too, with {@code s = 5 max |h|}: the error falls by 0.9 or more a step, 300 times. */
    @Property(tries = 20)
    @Tag("law-50")
    void kohAndLiangSolveItWithTheHessian(@ForAll(supplier = Models.Small.class) Setting setting) {
        DenseCurvature h = DenseExactCurvature.hessian(
                setting.objective(), setting.layers(), Setting.COMPUTE, _ -> {});
        double[] eigenvalues = Dense.eigenvalues(h.matrix());
        double scale = 5 * Math.max(-eigenvalues[0], eigenvalues[eigenvalues.length - 1]);
        double[] v = setting.vector("v", eigenvalues.length);
        double[] found = new KohLiangRecursion(0.3, scale, 0, 300).solve(h, v).x();
        assertClose("(H + d·s·I)⁻¹ v",
                CholeskySolver.of(Dense.damped(h.matrix(), 0.3 * scale), v.length).solve(v), found, Rounding.SAME);
    }

    @Property(tries = 20)
    @Tag("law-51")
    void onePreconditionedStepIsEkfac(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = Subject.library().ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), 0.1, ekfac.diagonal());
        ClosedFormInverse inverse = ClosedFormInverse.of(ekfac, damping);
        double[] v = setting.vector("v", setting.space().dimension());
        assertClose("one step", inverse.apply(v), new PreconditionedNeumann(1, 0, 0, 1)
                .solve(setting.gaussNewton(), damping, v, inverse).x(), Rounding.SAME);
    }

    /**
     * So a step of 1 may diverge: among thirty transformers there are some with an eigenvalue above 2.1, along which
     * the error grows by 1.1 or more a step, {@code 1.1²⁵⁰ > 10¹⁰}.
     */
    @Property(tries = 1)
    @Tag("law-51")
    void preconditionedEigenvalueMayExceedTwo() {
        Draw draw = new Transformers.MlpLayers();
        Setting setting = LongStream.range(0, 30).mapToObj(draw::of)
                .filter(drawn -> preconditionedLargest(drawn) > 2.1)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no drawn model has λ_max(M⁻¹B) > 2.1"));
        KroneckerCurvature ekfac = Subject.library().ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), 0.1, ekfac.diagonal());
        double[] v = setting.vector("v", setting.space().dimension());
        double residual = new PreconditionedNeumann(1, 0, 0, 250)
                .solve(setting.gaussNewton(), damping, v, ClosedFormInverse.of(ekfac, damping)).residualNorm();
        assertTrue(residual > 1e6 * Vectors.norm(v), () -> "the residual is " + residual + " after 250 steps of 1");
    }

    /** {@code λ_max(M^(−1/2) B M^(−1/2))}. */
    private static double preconditionedLargest(Setting setting) {
        KroneckerCurvature ekfac = Subject.library().ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), 0.1, ekfac.diagonal());
        ClosedFormInverse inverse = ClosedFormInverse.of(ekfac, damping);
        double[] lambda = damping.diagonal(setting.space());
        int n = lambda.length;
        double[] similar = new double[n * n];
        for (int i = 0; i < n; i++) {
            double[] unit = new double[n];
            unit[i] = 1;
            double[] root = inverse.applySquareRoot(unit);
            double[] product = setting.gaussNewton().apply(root);
            for (int j = 0; j < n; j++) {
                product[j] += lambda[j] * root[j];
            }
            System.arraycopy(inverse.applySquareRoot(product), 0, similar, i * n, n);
        }
        return Arrays.stream(Dense.eigenvalues(similar)).max().orElseThrow();
    }

    /** The norm {@code √(eᵀBe)} of the error falls from step to step; that of the residual need not. */
    @Property(tries = 20)
    @Tag("law-52")
    void conjugateGradientsLowerTheEnergy(@ForAll(supplier = Models.Small.class) Setting setting) {
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.01);
        double start = system.energy(new double[system.v.length]);
        double last = start;
        for (int steps = 1; steps <= 12; steps++) {
            double found = system.energy(new ConjugateGradient(1e-13, steps)
                    .solve(setting.gaussNewton(), system.damping, system.v).x());
            double before = last;
            assertTrue(found <= before + Rounding.SAME * start,
                    () -> "the error rises from " + before + " to " + found);
            last = found;
        }
    }

    /**
     * As many steps as {@code B} has distinct eigenvalues: those of {@code G}'s range, and {@code λ} on its null space.
     * At a condition of 11 the general bound would leave {@code 0.54ʳ} of the error.
     */
    @Property(tries = 20)
    @Tag("law-52")
    void conjugateGradientsEndWithTheEigenvalues(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        double[] values = system.eigen.values();
        double lambda = system.damping.of(0);
        // An eigenvalue that differs from λ by less than this has moved the solution by less than the bound.
        int distinct = 1 + (int) Arrays.stream(values).filter(value -> value > lambda * (1 + Rounding.SAME)).count();
        double found = system.energy(new ConjugateGradient(1e-14, distinct)
                .solve(setting.gaussNewton(), system.damping, system.v).x());
        // Orthogonality is lost slowly at this condition: SAME, for each of the steps.
        assertTrue(found <= distinct * Rounding.SAME * system.energy(new double[values.length]),
                () -> "after " + distinct + " steps the error is " + found);
    }

    /**
     * With {@code M = B + UUᵀ} for three columns, {@code M⁻¹B} has the eigenvalue 1 and three others at most, whatever
     * the eigenvalues of {@code B}.
     */
    @Property(tries = 20)
    @Tag("law-52")
    void conjugateGradientsEndWithThePreconditionedEigenvalues(
            @ForAll(supplier = Models.Small.class) Setting setting) {
        int columns = 3;
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        double[] preconditioner = setting.gaussNewton().matrix().clone();
        for (int k = 0; k < columns; k++) {
            double[] u = setting.vector("column " + k, system.v.length);
            Dense.addOuter(preconditioner, system.largest() / Vectors.dot(u, u), u);
        }
        DenseInverse inverse = DenseInverse.of(
                new DenseCurvature(setting.space(), preconditioner, Setting.COMPUTE), system.damping);
        double[] found = new ConjugateGradient(1e-14, columns + 1)
                .solve(setting.gaussNewton(), system.damping, system.v, inverse).x();
        assertClose("B⁻¹ v", system.solution, found, (columns + 1) * Rounding.SAME);
    }

    /** {@code M⁻¹B} has the eigenvalue 1 alone where {@code M = B}. */
    @Property(tries = 20)
    @Tag("law-52")
    void conjugateGradientsWithTheInverseEndAtOnce(@ForAll(supplier = Models.Small.class) Setting setting) {
        DampedGaussNewton system = new DampedGaussNewton(setting, 0.1);
        double[] found = new ConjugateGradient(1e-10, 1).solve(setting.gaussNewton(), system.damping, system.v,
                DenseInverse.of(setting.gaussNewton(), system.damping)).x();
        assertClose("B⁻¹ v", system.solution, found, Rounding.SAME);
    }
}
