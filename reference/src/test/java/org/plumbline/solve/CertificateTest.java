package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

class CertificateTest {
    private static final int ESTIMATORS = 13;

    /** Two, where every factor has as many rows. */
    private static int partitions(BlockSpace space) {
        return space.blocks().stream().allMatch(block -> block.rows() > 1 && block.columns() > 1) ? 2 : 1;
    }

    /** Every kind of answer, most of them wrong by much. */
    private static InverseCurvature estimator(int kind, int steps, DenseCurvature c, Damping d, long seed) {
        BlockSpace space = c.space();
        List<KroneckerFactors> factors = DenseFactors.partialTraces(c);
        return switch (kind) {
            case 0 -> ClosedFormInverse.identity(space);
            case 1 -> ClosedFormInverse.of(new DiagonalCurvature(space, c.diagonal()), d);
            case 2 -> DenseInverse.of(c.blockDiagonal(), d);
            case 3 -> ClosedFormInverse.of(KroneckerCurvature.kfac(factors), d);
            case 4 -> ClosedFormInverse.of(KroneckerCurvature.ekfac(factors, c), d);
            case 5 -> ClosedFormInverse.of(KroneckerCurvature.ekfac(factors, c, partitions(space)), d);
            case 6 -> ClosedFormInverse.of(
                    FactoredTikhonov.TRACE_NORM.damped(factors, d), Damping.absolute(space, 0));
            case 7 -> new ConjugateGradient(1e-15, steps).asInverse(c, d);
            case 8 -> new ConjugateGradient(1e-15, steps)
                    .asInverse(c, d, ClosedFormInverse.of(KroneckerCurvature.ekfac(factors, c), d));
            case 9 -> new Lissa(0, steps, OptionalDouble.empty(), seed).asInverse(c, d, IterationListener.NONE);
            case 10 -> new PreconditionedNeumann(0.7, 0.5, 0, steps).asInverse(
                    c, d, ClosedFormInverse.of(KroneckerCurvature.ekfac(factors, c), d), IterationListener.NONE);
            case 11 -> ProjectedInverse.of(c, d, new GaussianProjection(space, steps, seed));
            default -> LowRankInverse.of(new LanczosLowRank(1, 3, seed).fit(c), d,
                    steps % 2 == 0 ? LowRankComplement.DAMPED : LowRankComplement.DISCARDED);
        };
    }

    /**
     * Never violated, by any estimator, in ten thousand trials of random curvature, damping over five decades and two
     * more by block, several systems together, and none to twelve passes of refinement with or without a
     * preconditioner: neither that of the estimate nor that of the refined answer. The only slack is what a reference
     * solution in double precision leaves, {@code ε ‖g‖ ‖x‖} when it is rounded and as much again when it is
     * multiplied. Where nothing is refined, the bound is no less sharp than {@code ‖g‖ ‖r‖ / λ_min}, but for the
     * margins for rounding.
     */
    @Property(tries = 10_000)
    @Tag("many-trials")
    void noScoreIsFurtherOffThanItsBound(
            @ForAll @IntRange(max = ESTIMATORS - 1) int kind, @ForAll @IntRange(min = 1, max = 12) int steps,
            @ForAll @IntRange(max = 12) int passes, @ForAll @IntRange(min = -4, max = 1) int decade,
            @ForAll boolean preconditioned, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, Math.pow(10, decade));
        double[][] v = new double[systems.random().nextInt(1, 4)][];
        Arrays.setAll(v, i -> systems.gaussian(n));
        double[] g = systems.gaussian(n);
        InverseCurvature inverse = estimator(kind, steps, curvature, damping, seed);
        double[][] estimates = inverse.applyAll(v);
        Optional<InverseCurvature> preconditioner = preconditioned
                ? Optional.of(ClosedFormInverse.of(new DiagonalCurvature(space, curvature.diagonal()), damping))
                : Optional.empty();
        Refinement refinement = Refinement.of(curvature, damping, v, estimates, preconditioner);
        for (int pass = 0; pass < passes; pass++) {
            refinement.advance();
        }
        List<Certificate> certificates = refinement.certificates();
        for (int i = 0; i < v.length; i++) {
            Certificate certificate = certificates.get(i);
            double[] x = RefinedSolution.of(curvature, damping, v[i]);
            double exact = Vectors.dot(g, x);
            double slack = 4 * RandomSystems.EPSILON * Vectors.norm(g) * Vectors.norm(x);
            assertBounded(Vectors.dot(g, estimates[i]) - exact, certificate.errorBound(g) + slack);
            assertBounded(certificate.refinedScore(g) - exact, certificate.refinedErrorBound(g) + slack);
            if (passes == 0) {
                double plain = Vectors.norm(g) * certificate.residualNorm() / damping.smallest();
                assertBounded(certificate.errorBound(g), plain * (1 + 1e-12) + slack);
                if (inverse instanceof IterativeInverse iterative) {
                    double reported = iterative.statistics().get(i).errorBound(g);
                    double rounding = 8 * RandomSystems.EPSILON * n * Vectors.norm(g) / damping.smallest()
                            * (Vectors.norm(v[i]) + Vectors.norm(estimates[i]));
                    assertBounded(Vectors.dot(g, estimates[i]) - exact, reported * (1 + 1e-12) + rounding + slack);
                    assertBounded(certificate.errorBound(g), reported * (1 + 1e-12) + rounding + slack);
                }
            }
        }
    }

    private static void assertBounded(double error, double bound) {
        assertTrue(Math.abs(error) <= bound, () -> error + " above " + bound);
    }

    /** The bound is attained: without curvature, and {@code g} along {@code r}, it is the error. */
    @Property(tries = 20)
    void attainedWithoutCurvature(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        int n = space.dimension();
        Damping damping = systems.damping(space, 1);
        DenseCurvature none = new DenseCurvature(space, new double[n * n], RandomSystems.COMPUTE);
        double[] v = systems.gaussian(n);
        double[] nothing = new double[n];
        double[] exact = DenseInverse.of(none, damping).apply(v);
        Certificate certificate =
                Certificate.of(none, damping, new double[][] {v}, new double[][] {nothing}).getFirst();
        double error = Vectors.dot(v, exact);
        // Margins for rounding add some tens of ε.
        assertEquals(error, certificate.errorBound(v), 1e-13 * error);
        assertEquals(1, certificate.relativeResidual());
    }

    /** Blocks without damping: no bound, unless nothing is asked of them. */
    @Example
    void withoutDampingThereIsNoBound() {
        RandomSystems systems = new RandomSystems(2);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = new Damping(new double[] {1, 0});
        double[] v = systems.gaussian(n);
        double[] g = systems.gaussian(n);
        double[][] zero = {new double[n]};
        assertEquals(Double.POSITIVE_INFINITY,
                Certificate.of(curvature, damping, new double[][] {v}, zero).getFirst().errorBound(g));
        assertEquals(0, Certificate.of(curvature, damping, zero, zero).getFirst().errorBound(g));
        assertThrows(SolveException.class, () -> Certificate.of(curvature, damping, new double[2][n], zero));
    }

    @Example
    void whatDoesNotFitIsRefused() {
        RandomSystems systems = new RandomSystems(8);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = Damping.absolute(space, 1);
        double[][] right = {systems.gaussian(n)};
        double[][] shorter = {new double[n - 1]};
        double[][] noNumber = {systems.gaussian(n)};
        noNumber[0][n - 1] = Double.NaN;
        assertThrows(SolveException.class,
                () -> Certificate.of(curvature, new Damping(new double[] {1}), right, right));
        for (double[][] wrong : List.of(shorter, noNumber)) {
            assertThrows(SolveException.class, () -> Certificate.of(curvature, damping, wrong, right));
            assertThrows(SolveException.class, () -> Certificate.of(curvature, damping, right, wrong));
            assertThrows(SolveException.class,
                    () -> Certificate.of(curvature, damping, right, right).getFirst().errorBound(wrong[0]));
        }
    }
}
