package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.function.DoubleFunction;
import org.plumbline.linalg.Vectors;

/** Whether central differences converge to a derivative as they must. */
public final class CentralDifferences {
    private CentralDifferences() {}

    /**
     * The central difference errs by {@code c ε²}. With {@code c} measured at the step {@code unit}, steps two and four
     * times smaller err by no more than twice what that allows, besides the rounding of numbers of size
     * {@code magnitude} after some {@code 10³} operations, divided by the step.
     *
     * @param difference the difference for a step
     */
    public static void assertConverge(
            double[] exact, double unit, double magnitude, DoubleFunction<double[]> difference) {
        double c = 0;
        for (double step : new double[] {unit, 0.8 * unit}) {
            c = Math.max(c, Vectors.norm(Dense.plus(difference.apply(step), -1, exact)) / (step * step));
        }
        for (double step : new double[] {unit / 2, unit / 4}) {
            assertWithin("central differences, step " + step, exact, difference.apply(step),
                    2 * c * step * step + Rounding.of(1e3, magnitude * Math.sqrt(exact.length)) / step);
        }
    }
}
