package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The search for the zero of a gradient. */
class QuasiNewtonTest {
    private static final double[] SCALES = {1, 10, 100, 1000};

    /** {@code ½xᵀDx − 1ᵀx + ¼ c Σx⁴}. */
    private static Function<double[], QuasiNewton.Evaluation> function(double quartic) {
        return x -> {
            double[] g = new double[x.length];
            double value = 0;
            for (int i = 0; i < x.length; i++) {
                value += SCALES[i] * x[i] * x[i] / 2 - x[i] + quartic * Math.pow(x[i], 4) / 4;
                g[i] = SCALES[i] * x[i] - 1 + quartic * x[i] * x[i] * x[i];
            }
            return new QuasiNewton.Evaluation(value, g);
        };
    }

    private static double[] divided(double[] v, double power) {
        double[] result = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            result[i] = v[i] / Math.pow(SCALES[i], power);
        }
        return result;
    }

    @Test
    void withTheHessianItselfAQuadraticTakesOneStep() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-12, 5).minimize(4, function(0), v -> divided(v, 1));
        assertEquals(2, minimum.gradients());
        assertEquals(0.01, minimum.x()[2], 1e-15);
    }

    @Test
    void withoutItTheRecentStepsMakeUpForIt() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-10, 100).minimize(4, function(0), v -> divided(v, 0.5));
        assertTrue(minimum.gradientNorm() <= 1e-10 * minimum.initialNorm());
    }

    /** The quartic term dominates far from zero, where Newton's first step from 0 leads to. */
    @Test
    void aStepTooLongIsHalved() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-10, 100).minimize(4, function(50), v -> divided(v, 1));
        assertTrue(minimum.gradientNorm() <= 1e-10 * minimum.initialNorm());
        assertEquals(0, minimum.x()[0] - 1 + 50 * Math.pow(minimum.x()[0], 3), 1e-9);
    }

    /** {@code (x² − 1)²/4 − x/100}: 0 lies beside a maximum, and the search has to leave it downhill. */
    @Test
    void whereTheFunctionIsNotConvexTheSearchGoesDown() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-8, 100).minimize(1,
                x -> new QuasiNewton.Evaluation(Math.pow(x[0] * x[0] - 1, 2) / 4 - x[0] / 100,
                        new double[] {x[0] * (x[0] * x[0] - 1) - 0.01}),
                v -> v.clone());
        assertTrue(minimum.gradientNorm() <= 1e-8 * minimum.initialNorm());
        assertTrue(minimum.x()[0] > 1);
    }
}
