package org.plumbline.verification.laws;

import java.util.Arrays;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.linalg.Vectors;

/** Bounds of rounding errors, relative to the norm of what is compared. */
public final class Rounding {
    /** Unit roundoff of double precision, {@code 2⁻⁵³}. */
    static final double UNIT = 0x1p-53;

    /**
     * For two computations of one quantity that differ in order and route. Each is a composition of at most some
     * {@code 10⁴} dependent operations (depth times width times positions of the drawn models), so a relative error of
     * {@code 10⁴ · 2⁻⁵³ ≈ 10⁻¹²} relative to the intermediate results; those exceed the result by at most some
     * {@code 10³}: a LayerNorm whose input varies little divides by its deviation, once for each derivative, and second
     * derivatives cancel.
     */
    public static final double SAME = 1e-9;

    private Rounding() {}

    /** {@link #SAME} for the solution of a damped system, whose condition number enlarges the relative error. */
    static double solved(double largestEigenvalue, double damping) {
        return SAME * (1 + largestEigenvalue / damping);
    }

    /**
     * How far scores may differ: for each layer the norms of both gradients, over its damping, times the error of a
     * damped solve. Layer by layer, since one with a thousandth of the curvature has a thousandth of the damping too:
     * across layers the bound would exceed the scores.
     */
    static double scores(Setting setting, KroneckerCurvature curvature, Damping damping) {
        double bound = 0;
        for (int i = 0; i < setting.layers().size(); i++) {
            int layer = i;
            double largest = Arrays.stream(setting.part(curvature.diagonal(), i)).max().orElseThrow();
            double norm = Arrays.stream(setting.gradients())
                    .mapToDouble(gradient -> Vectors.norm(setting.part(gradient, layer)))
                    .max().orElseThrow();
            bound += solved(largest, damping.of(i)) * norm * norm / damping.of(i);
        }
        return bound;
    }

    /** The error of {@code operations} dependent operations on numbers of size {@code scale}. */
    public static double of(double operations, double scale) {
        return operations * UNIT * scale;
    }
}
