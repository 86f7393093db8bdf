package org.plumbline.program;

import org.plumbline.program.FusedOp.Activation;

/** The definitions of the fused activations and of their first two derivatives in primitive operations. */
final class ActivationDefinitions {
    private static final double CUBIC = 0.044715;
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private ActivationDefinitions() {}

    static Value define(ProgramBuilder b, Activation activation) {
        return switch (activation.function()) {
            case GELU_TANH -> geluTanh(b, activation.x(), activation.order());
            case GELU -> gelu(b, activation.x(), activation.order());
            case SILU -> silu(b, activation.x(), activation.order());
        };
    }

    /**
     * With {@code u = √(2/π)(x + cx³)} and {@code t = tanh u}: {@code f = ½x(1 + t)},
     * {@code f' = ½(1 + t) + ½x(1 − t²)u'}, {@code f'' = (1 − t²)(u' + ½x u'' − x t u'²)}.
     */
    private static Value geluTanh(ProgramBuilder b, Value x, int order) {
        Value square = b.multiply(x, x);
        Value t = b.tanh(b.multiply(x, b.affine(square, SQRT_2_OVER_PI * CUBIC, SQRT_2_OVER_PI)));
        Value half = b.affine(t, 0.5, 0.5);
        if (order == 0) {
            return b.multiply(x, half);
        }
        Value slope = b.affine(b.multiply(t, t), -1, 1);
        Value du = b.affine(square, 3 * SQRT_2_OVER_PI * CUBIC, SQRT_2_OVER_PI);
        if (order == 1) {
            return b.add(half, b.scale(b.multiply(b.multiply(x, slope), du), 0.5));
        }
        // ½x u'' = ½x · 6√(2/π)c x
        Value curve = b.add(du, b.scale(square, 3 * SQRT_2_OVER_PI * CUBIC));
        return b.multiply(slope, b.subtract(curve, b.multiply(b.multiply(x, t), b.multiply(du, du))));
    }

    /** With the normal density φ and distribution Φ: {@code f = xΦ}, {@code f' = Φ + xφ}, {@code f'' = (2 − x²)φ}. */
    private static Value gelu(ProgramBuilder b, Value x, int order) {
        Value distribution = b.affine(b.unary(UnaryFunction.ERF, b.scale(x, Math.sqrt(0.5))), 0.5, 0.5);
        if (order == 0) {
            return b.multiply(x, distribution);
        }
        Value square = b.multiply(x, x);
        Value density = b.scale(b.exp(b.scale(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return order == 1
                ? b.add(distribution, b.multiply(x, density))
                : b.multiply(b.affine(square, -1, 2), density);
    }

    /**
     * With {@code σ} the logistic function: {@code f = xσ}, {@code f' = σ + xσ(1 − σ)},
     * {@code f'' = σ(1 − σ)(2 + x(1 − 2σ))}.
     */
    private static Value silu(ProgramBuilder b, Value x, int order) {
        // σ(x) = ½(1 + tanh(x/2)) does not overflow for large |x|.
        Value sigmoid = b.affine(b.tanh(b.scale(x, 0.5)), 0.5, 0.5);
        if (order == 0) {
            return b.multiply(x, sigmoid);
        }
        Value slope = b.multiply(sigmoid, b.affine(sigmoid, -1, 1));
        return order == 1
                ? b.add(sigmoid, b.multiply(x, slope))
                : b.multiply(slope, b.affine(b.multiply(x, b.affine(sigmoid, -2, 1)), 1, 2));
    }
}
