package org.plumbline.verification.bench;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One product to measure: {@code batch} times op(a) [m, k] by op(b) [k, n].
 *
 * @param use where the product comes up
 * @param symmetric whether b is a itself, transposed: the product is symmetric and takes half the operations
 */
public record MatmulShape(String use, int batch, int batchA, int batchB, int m, int k, int n, boolean transposeA,
        boolean transposeB, boolean symmetric) {

    MatmulShape(
            String use, int batch, int batchA, int batchB, int m, int k, int n,
            boolean transposeA, boolean transposeB) {
        this(use, batch, batchA, batchB, m, k, n, transposeA, transposeB, false);
    }

    /** Vectors that exact curvature differentiates along at once, in the small shapes. */
    private static final int TANGENTS = 64;

    /** Returns square products, which show how much of the peak is reached when nothing else is in the way. */
    public static List<MatmulShape> squares() {
        return IntStream.of(64, 128, 256, 512, 1024, 2048)
                .mapToObj(size -> plain("square", 1, size, size, size)).toList();
    }

    /** Returns the products of exact curvature of a small transformer, width 16, 32 positions, two heads of width 8. */
    public static List<MatmulShape> curvature() {
        int rows = TANGENTS * 32;
        return Stream.of(
                plain("layer", 1, rows, 16, 64),
                plain("layer", 1, rows, 64, 16),
                new MatmulShape("layer, input gradient", 1, 1, 1, rows, 64, 16, false, true),
                new MatmulShape("layer, input gradient", 1, 1, 1, rows, 16, 64, false, true),
                new MatmulShape("layer, weight gradient", 1, 1, 1, 16, 4096, 64, true, false),
                new MatmulShape("layer, weight gradient", 1, 1, 1, 64, 4096, 16, true, false),
                new MatmulShape("weight gradients", TANGENTS, TANGENTS, TANGENTS, 16, 32, 64, true, false),
                new MatmulShape("weight gradients, one input", TANGENTS, 1, TANGENTS, 16, 32, 64, true, false),
                plain("weight tangents", TANGENTS, 32, 16, 64),
                new MatmulShape("attention scores", 2 * TANGENTS, 2 * TANGENTS, 2 * TANGENTS, 32, 8, 32, false, true),
                plain("attention values", 2 * TANGENTS, 32, 32, 8),
                new MatmulShape("attention, transposed", 2 * TANGENTS, 2 * TANGENTS, 2 * TANGENTS,
                        32, 32, 8, true, false),
                plain("attention, backward", 2 * TANGENTS, 32, 8, 32),
                plain("narrow", 1, 4096, 8, 8),
                plain("odd", 1, 4095, 17, 65),
                new MatmulShape("odd, weight gradient", 1, 1, 1, 17, 4095, 65, true, false)).toList();
    }

    /** Returns second moments of wide activations: a matrix of rows, transposed, times itself. */
    public static List<MatmulShape> covariances() {
        return IntStream.of(128, 513, 1025)
                .mapToObj(size -> new MatmulShape("covariance", 1, 1, 1, size, 4096, size, true, false, true)).toList();
    }

    private static MatmulShape plain(String use, int batch, int m, int k, int n) {
        return new MatmulShape(use, batch, batch, batch, m, k, n, false, false);
    }

    /**
     * Returns the operations of the whole batch, a multiplication and an addition counted as two; of a symmetric
     * product those of one triangle.
     */
    public long operations() {
        return (symmetric ? m + 1L : 2L * n) * batch * m * k;
    }

    int lengthA() {
        return batchA * m * k;
    }

    int lengthB() {
        return batchB * k * n;
    }

    int lengthC() {
        return batch * m * n;
    }

    /**
     * Returns the shape as {@code [16x32]T[32x64]*64}, with {@code =} if symmetric; without commas, at
     * which JMH would cut it.
     */
    @Override
    public String toString() {
        return "[" + m + "x" + k + "]" + (transposeA ? "T" : "") + "[" + k + "x" + n + "]" + (transposeB ? "T" : "")
                + (batch > 1 ? "*" + batch : "") + (symmetric ? "=" : "");
    }
}
