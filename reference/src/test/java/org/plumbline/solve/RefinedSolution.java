package org.plumbline.solve;

import java.util.List;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.linalg.Vectors;

/**
 * The solution of {@code (C + D) x = v} to the last bit or two of the largest elements: Cholesky with iterative
 * refinement, residuals in twice the working precision (Higham, <em>Accuracy and Stability of Numerical
 * Algorithms</em>, 2nd ed., §12.1), for conditions far below {@code 1/(n ε)}.
 */
final class RefinedSolution {
    private static final int STEPS = 4;

    private RefinedSolution() {}

    static double[] of(DenseCurvature curvature, Damping damping, double[] v) {
        DenseInverse inverse = DenseInverse.of(curvature, damping);
        double[] x = inverse.apply(v);
        for (int step = 0; step < STEPS; step++) {
            List<Residual> residuals = Residual.of(curvature, damping, new double[][] {v}, new double[][] {x});
            Vectors.axpy(1, inverse.apply(residuals.getFirst().values()), x);
        }
        return x;
    }
}
