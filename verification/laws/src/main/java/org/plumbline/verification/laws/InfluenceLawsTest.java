package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

/** Scores {@code raw = −∇fᵀ (Ĝ + λ)⁻¹ ∇L}. */
class InfluenceLawsTest extends SubjectLaws {

    private double[][] scores(Setting setting, KroneckerCurvature curvature, Damping damping) {
        return subject.scores(setting.objective(), setting.layers(), curvature, damping,
                setting.examples(), setting.examples());
    }

    /** A dense solve with the operator that EK-FAC claims to be, and gradients of the loss on both sides. */
    @Property(tries = 20)
    @Tag("law-39")
    void scoreOfASequenceIsASolveBetweenGradients(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), DampedSystem.FACTOR, ekfac.diagonal());
        DenseCurvature dense = DenseCurvature.of(ekfac, Setting.COMPUTE);
        double[][] gradients = setting.gradients();
        double[][] scores = scores(setting, ekfac, damping);
        double bound = Rounding.scores(setting, ekfac, damping);
        for (int m = 0; m < gradients.length; m++) {
            double[] solved = new double[setting.space().dimension()];
            for (int i = 0; i < setting.layers().size(); i++) {
                int n = setting.layers().get(i).size();
                double[] x = CholeskySolver.of(Dense.damped(dense.block(i), damping.of(i)), n)
                        .solve(setting.part(gradients[m], i));
                System.arraycopy(x, 0, solved, setting.space().offset(i), n);
            }
            for (int q = 0; q < gradients.length; q++) {
                assertWithin("score", Vectors.dot(gradients[q], solved), scores[q][m], bound);
            }
            assertTrue(scores[m][m] >= 0, "a sequence lowers its own likelihood");
        }
    }

    @Property(tries = 20)
    @Tag("law-40")
    void scoresOfASetWithItselfAreAGramMatrix(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        double[][] scores = scores(setting, ekfac, damping);
        double bound = Rounding.scores(setting, ekfac, damping);
        int n = scores.length;
        double[] matrix = new double[n * n];
        for (int q = 0; q < n; q++) {
            for (int m = 0; m < n; m++) {
                matrix[q * n + m] = (scores[q][m] + scores[m][q]) / 2;
                assertWithin("score of the pair, exchanged", scores[q][m], scores[m][q], 2 * bound);
                double product = scores[q][q] * scores[m][m];
                // Each of the three scores errs by the bound.
                double slack = bound * (2 * Math.abs(scores[q][m]) + scores[q][q] + scores[m][m] + 2 * bound);
                assertTrue(scores[q][m] * scores[q][m] <= product + slack, "Cauchy–Schwarz");
            }
        }
        assertTrue(Dense.eigenvalues(matrix)[0] >= -n * bound, "the matrix of scores is not semi-definite");
    }

    /**
     * With {@code λ(C + λ)⁻¹ = I − C(C + λ)⁻¹}, {@code λ · score} differs from the product of the gradients by at most
     * {@code ‖C‖/λ · ‖g_q‖‖g_m‖}.
     */
    @Property(tries = 20)
    @Tag("law-41")
    void strongDampingLeavesTheGradients(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        double largest = Arrays.stream(ekfac.diagonal()).max().orElseThrow();
        double[][] gradients = setting.gradients();
        for (double ratio : new double[] {1, 1e2, 1e4}) {
            double lambda = ratio * largest;
            double[][] scores = scores(setting, ekfac, Damping.absolute(setting.space(), lambda));
            for (int q = 0; q < gradients.length; q++) {
                for (int m = 0; m < gradients.length; m++) {
                    double scale = Vectors.norm(gradients[q]) * Vectors.norm(gradients[m]);
                    assertWithin("λ · score", Vectors.dot(gradients[q], gradients[m]), lambda * scores[q][m],
                            (1 / ratio + Rounding.SAME) * scale);
                }
            }
        }
    }

    @Property(tries = 20)
    @Tag("law-41")
    void selfInfluenceFallsWithDamping(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        double mean = Arrays.stream(ekfac.diagonal()).average().orElseThrow();
        double[] v = setting.vector("v", setting.space().dimension());
        double[] last = new double[setting.examples().size()];
        Arrays.fill(last, Double.POSITIVE_INFINITY);
        for (double factor : new double[] {0.01, 0.1, 1, 10}) {
            Damping damping = Damping.absolute(setting.space(), factor * mean);
            double[][] scores = scores(setting, ekfac, damping);
            for (int m = 0; m < last.length; m++) {
                double found = scores[m][m];
                double before = last[m];
                assertTrue(found <= before + Rounding.scores(setting, ekfac, damping),
                        () -> "self-influence rises with the damping, from " + before + " to " + found);
                last[m] = found;
            }
            double length = Vectors.norm(subject.inverseProduct(ekfac, damping, v));
            assertTrue(length <= Vectors.norm(v) / (factor * mean) * (1 + Rounding.SAME),
                    () -> "‖(C + λ)⁻¹v‖ = " + length + " exceeds ‖v‖/λ");
        }
    }

    /** {@code c} is a power of two, so that not even eigenvectors of repeated eigenvalues have a reason to move. */
    @Property(tries = 20)
    @Tag("law-34")
    void scalingTheLoss(@ForAll(supplier = Models.Small.class) Setting setting) {
        double c = setting.random("c").nextBoolean() ? 2 : 0.25;
        Setting scaled = setting.on(setting.examples().stream().map(z -> LabelStrings.scaled(z, c)).toList());
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        KroneckerCurvature ofScaled = subject.ekfac(scaled.objective(), setting.layers());
        assertClose("Λ of the scaled loss", Dense.times(c * c, ekfac.diagonal()), ofScaled.diagonal(), Rounding.SAME);
        assertClose("G of the scaled loss", Dense.times(c, setting.gaussNewton().matrix()),
                scaled.gaussNewton().matrix(), Rounding.SAME);
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        Damping dampingOfScaled = subject.damping(ofScaled, DampedSystem.FACTOR);
        double bound = Rounding.scores(setting, ekfac, damping);
        double[] expected = flat(scores(setting, ekfac, damping));
        double[][] unscaledQuery = subject.scores(scaled.objective(), setting.layers(), ofScaled, dampingOfScaled,
                setting.examples(), scaled.examples());
        int n = expected.length;
        assertWithin("EK-FAC scores × c", expected, Dense.times(c, flat(unscaledQuery)), n * bound);
        double[] bothScaled = flat(scores(scaled, ofScaled, dampingOfScaled));
        assertWithin("EK-FAC scores, f scaled too", expected, bothScaled, n * bound);
    }

    /** As {@link #scalingTheLoss}, with the exact Gauss–Newton matrix, which scales as the gradient does. */
    @Property(tries = 20)
    @Tag("law-34")
    void scalingTheLossLeavesExactScores(@ForAll(supplier = Models.Small.class) Setting setting) {
        double c = 3;
        Setting scaled = setting.on(setting.examples().stream().map(z -> LabelStrings.scaled(z, c)).toList());
        int n = setting.space().dimension();
        double[][] gradients = setting.gradients();
        double[][] scaledGradients = scaled.gradients();
        double[] plain = exactSolve(setting, gradients[0]);
        double[] ofScaled = exactSolve(scaled, scaledGradients[0]);
        double damping = DampedSystem.FACTOR * Dense.trace(setting.gaussNewton().matrix()) / n;
        double norm = Arrays.stream(gradients).mapToDouble(Vectors::norm).max().orElseThrow();
        double bound = Rounding.solved(Dense.trace(setting.gaussNewton().matrix()), damping) * norm * norm / damping;
        for (double[] query : gradients) {
            assertWithin("exact score", Vectors.dot(query, plain), Vectors.dot(query, ofScaled), bound);
        }
    }

    private static double[] exactSolve(Setting setting, double[] v) {
        double[] matrix = DenseExactCurvature.gaussNewton(
                setting.objective(), setting.layers(), Setting.COMPUTE, _ -> {}).matrix();
        double damping = DampedSystem.FACTOR * Dense.trace(matrix) / v.length;
        return CholeskySolver.of(Dense.damped(matrix, damping), v.length).solve(v);
    }

    static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
