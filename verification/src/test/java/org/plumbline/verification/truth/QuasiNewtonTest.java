package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The search for the zero of a gradient. */
class QuasiNewtonTest {
    private static final double[] SCALES = {1, 10, 100, 1000};

    /** {@code ∇(½xᵀDx − 1ᵀx + ¼ c Σx⁴)}. */
    private static UnaryOperator<double[]> gradient(double quartic) {
        return x -> {
            double[] g = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                g[i] = SCALES[i] * x[i] - 1 + quartic * x[i] * x[i] * x[i];
            }
            return g;
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
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-12, 5).minimise(4, gradient(0), v -> divided(v, 1));
        assertEquals(2, minimum.gradients());
        assertEquals(0.01, minimum.x()[2], 1e-15);
    }

    @Test
    void withoutItTheRecentStepsMakeUpForIt() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-10, 100).minimise(4, gradient(0), v -> divided(v, 0.5));
        assertTrue(minimum.gradientNorm() <= 1e-10 * minimum.initialNorm());
    }

    /** The quartic term dominates far from zero, where Newton's first step from 0 leads to. */
    @Test
    void aStepTooLongIsHalved() {
        QuasiNewton.Minimum minimum = new QuasiNewton(1e-10, 100).minimise(4, gradient(50), v -> divided(v, 1));
        assertTrue(minimum.gradientNorm() <= 1e-10 * minimum.initialNorm());
        assertEquals(0, minimum.x()[0] - 1 + 50 * Math.pow(minimum.x()[0], 3), 1e-9);
    }
}
