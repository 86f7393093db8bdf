package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

/**
 * A dense matrix for each layer with relative damping {@code λ_ℓ = 0.1 · mean(eigenvalues)} of its own, solved by
 * Cholesky: what a closed form is held against.
 *
 * @param blockOfLayer row-major, on the layer's block
 */
record DampedSystem(Setting setting, IntFunction<double[]> blockOfLayer) {
    static final double FACTOR = 0.1;

    /**
     * Asserts that the subject's inverse product with {@code curvature} solves this system for a random right side, and
     * that it solves it again when it is asked again.
     */
    void assertSolvedBy(Subject subject, KroneckerCurvature curvature) {
        double[] v = setting.vector("right side", setting.space().dimension());
        double[] first = subject.inverseProduct(curvature, subject.damping(curvature, FACTOR), v);
        double[] second = subject.inverseProduct(curvature, subject.damping(curvature, FACTOR), v);
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] block = blockOfLayer.apply(i);
            int n = setting.layers().get(i).size();
            double damping = FACTOR * Dense.trace(block) / n;
            double[] expected = CholeskySolver.of(Dense.damped(block, damping), n).solve(setting.part(v, i));
            // The trace bounds the largest eigenvalue.
            double bound = Rounding.solved(Dense.trace(block), damping) * Vectors.norm(expected);
            String name = setting.layers().get(i).name();
            assertWithin("(Ĝ + λ)⁻¹ v of " + name, expected, setting.part(first, i), bound);
            assertWithin("(Ĝ + λ)⁻¹ v of " + name + ", asked again", expected, setting.part(second, i), bound);
        }
        assertWithin("the same product twice", first, second, 0);
        assertWithin("the right side after use", setting.vector("right side", v.length), Arrays.copyOf(v, v.length), 0);
    }
}
