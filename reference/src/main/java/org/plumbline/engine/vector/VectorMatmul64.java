package org.plumbline.engine.vector;

import java.util.Arrays;
import org.plumbline.engine.Workers;

/**
 * Batched matrix product with the Vector API: the contract of {@code org.plumbline.kernels.MatmulKernels64}, fast.
 *
 * <p>Every element is the chain of fused multiply-adds
 *
 * <pre>s₀ = 0,   s_{p+1} = fma(op(a)[i][p], op(b)[p][j], s_p),   c[i][j] = s_k,</pre>
 *
 * whatever the shape, the path taken, the vector length and the number of threads: results are reproducible to the last
 * bit, and differ from the definition only by the rounding that each fused operation saves. Both lie within {@code k ε
 * Σ_p |op(a)[i][p]| |op(b)[p][j]|} of the exact product, to first order.
 *
 * <p>Three paths: a scalar one for what is not worth a vector; tiles ({@link TiledMatmul64}), half of them where the
 * product is that of a matrix with its own transpose, the same array; and, for a single column, the product of the
 * transposes.
 */
public final class VectorMatmul64 {

    /** Multiplications up to which the scalar loop is used: a vector loop would take longer to warm up than to run. */
    private static final long SCALAR = 2048;

    /** Rows from which half of a symmetric product and a copy of it take less than the whole. */
    private static final int SYMMETRIC = 8 * Tile64.LANES;

    /** Rows that are mirrored at a time: whole cache lines are read, and written once. */
    private static final int MIRRORED = 16;

    /** Multiplications that are worth handing to another thread: some five microseconds. */
    private static final long SHARE = 1L << 17;

    private VectorMatmul64() {}

    /**
     * Computes {@code c[g] = op(a[g % batchA]) · op(b[g % batchB])} for every {@code g < batch}.
     *
     * @param a {@code batchA} matrices {@code [m, k]}, or {@code [k, m]} if {@code transposeA}
     * @param transposeA whether {@code a} is stored transposed
     * @param batchA number of matrices in {@code a}, a divisor of {@code batch}
     * @param b {@code batchB} matrices {@code [k, n]}, or {@code [n, k]} if {@code transposeB}
     * @param transposeB whether {@code b} is stored transposed
     * @param batchB number of matrices in {@code b}, a divisor of {@code batch}
     * @param c {@code batch} matrices {@code [m, n]}, overwritten; must be neither {@code a} nor {@code b}
     * @param batch number of products
     * @param m rows of a product
     * @param k length of the contraction; 0 gives zeros
     * @param n columns of a product
     * @param workers threads to share the work; the result does not depend on them
     * @throws IllegalArgumentException if an array is too short or a batch does not divide
     */
    public static void matmul(double[] a, boolean transposeA, int batchA, double[] b, boolean transposeB, int batchB,
            double[] c, int batch, int m, int k, int n, Workers workers) {
        check("a", a.length, batchA, batch, m, k);
        check("b", b.length, batchB, batch, k, n);
        check("c", c.length, batch, batch, m, n);
        long size = (long) m * n * k;
        if (size * batch == 0) {
            Arrays.fill(c, 0, batch * m * n, 0.0);
        } else if (batchB == 1 && batchA == batch && batch > 1 && !transposeA) {
            matmul(a, false, 1, b, transposeB, 1, c, 1, batch * m, k, n, workers);
        } else if (size * batch <= SCALAR) {
            scalar(a, transposeA, batchA, b, transposeB, batchB, c, batch, m, k, n);
        } else if (m == 1 && batchA == batch && batchB < batch) {
            rowsByMatrix(a, b, transposeB, batchB, c, batch, k, n, workers);
        } else if (n == 1 && m > 1) {
            matmul(b, !transposeB, batchB, a, !transposeA, batchA, c, batch, 1, k, m, workers);
        } else {
            boolean symmetric = a == b && transposeA != transposeB && batchA == batchB && m == n && m >= SYMMETRIC;
            tiled(a, transposeA, batchA, b, transposeB, batchB, c, batch, m, k, n, symmetric, workers);
            if (symmetric) {
                mirror(c, batch, n, workers);
            }
        }
    }

    /** Single rows, each with one of fewer matrices: those that share one make one product of rows that lie apart. */
    private static void rowsByMatrix(double[] a, double[] b, boolean transposeB, int batchB, double[] c, int batch,
            int k, int n, Workers workers) {
        int perShare = Math.ceilDiv(batchB, shares((long) batch * n * k, workers));
        workers.forEach(Math.ceilDiv(batchB, perShare), share -> {
            for (int g = share * perShare; g < Math.min(batchB, (share + 1) * perShare); g++) {
                TiledMatmul64.multiply(a, g * k, batchB * k, 1, b, g * k * n, transposeB ? k : n, transposeB, k, c,
                        g * n, batchB * n, batch / batchB, n, n);
            }
        });
    }

    private static int shares(long size, Workers workers) {
        int threads = workers.available();
        return threads == 1 ? 1 : (int) Math.max(1, Math.min(size / SHARE, 4L * threads));
    }

    private static void tiled(double[] a, boolean transposeA, int batchA, double[] b, boolean transposeB, int batchB,
            double[] c, int batch, int m, int k, int n, boolean symmetric, Workers workers) {
        int rowStrideA = transposeA ? 1 : k;
        int stepA = transposeA ? m : 1;
        int strideB = transposeB ? k : n;
        int shares = shares((long) batch * m * n * k, workers);
        if (shares <= batch) {
            int perShare = Math.ceilDiv(batch, shares);
            workers.forEach(Math.ceilDiv(batch, perShare), share -> {
                for (int g = share * perShare; g < Math.min(batch, (share + 1) * perShare); g++) {
                    TiledMatmul64.multiply(a, g % batchA * m * k, rowStrideA, stepA, b, g % batchB * k * n, strideB,
                            transposeB, k, c, g * m * n, n, m, n, symmetric ? 0 : n);
                }
            });
            return;
        }
        int pieces = Math.ceilDiv(shares, batch);
        boolean byRows = symmetric || m >= 8 * pieces;
        int unit = byRows ? 8 : Tile64.LANES;
        int length = byRows ? m : n;
        int piece = Math.ceilDiv(Math.ceilDiv(length, unit), pieces) * unit;
        int perProduct = Math.ceilDiv(length, piece);
        workers.forEach(batch * perProduct, share -> {
            int g = share / perProduct;
            // From the bottom up: of a triangle the longest rows come first, which leaves the short ones to even out.
            int from = (perProduct - 1 - share % perProduct) * piece;
            int size = Math.min(piece, length - from);
            int row = byRows ? from : 0;
            int column = byRows ? 0 : from;
            TiledMatmul64.multiply(a, g % batchA * m * k + row * rowStrideA, rowStrideA, stepA, b,
                    g % batchB * k * n + (transposeB ? column * k : column), strideB, transposeB, k, c,
                    (g * m + row) * n + column, n, byRows ? size : m, symmetric ? row + size : byRows ? n : size,
                    symmetric ? row : n);
        });
    }

    /** Copies what stands left of the diagonal of each product to its right. */
    private static void mirror(double[] c, int batch, int n, Workers workers) {
        int blocks = Math.ceilDiv(n, MIRRORED);
        workers.forEach(batch * blocks, share -> {
            int start = share / blocks * n * n;
            int from = share % blocks * MIRRORED;
            int to = Math.min(n, from + MIRRORED);
            for (int i = from; i < to; i++) {
                for (int j = i + 1; j < to; j++) {
                    c[start + i * n + j] = c[start + j * n + i];
                }
            }
            VectorTranspose64.transpose(c, start + to * n + from, n, c, start + from * n + to, n, n - to, to - from);
        });
    }

    private static void scalar(double[] a, boolean transposeA, int batchA, double[] b, boolean transposeB, int batchB,
            double[] c, int batch, int m, int k, int n) {
        int rowStrideA = transposeA ? 1 : k;
        int stepA = transposeA ? m : 1;
        int stepB = transposeB ? 1 : n;
        int columnStrideB = transposeB ? k : 1;
        for (int g = 0; g < batch; g++) {
            for (int i = 0; i < m; i++) {
                int atA = g % batchA * m * k + i * rowStrideA;
                for (int j = 0; j < n; j++) {
                    int atB = g % batchB * k * n + j * columnStrideB;
                    double sum = 0.0;
                    for (int p = 0; p < k; p++) {
                        sum = Math.fma(a[atA + p * stepA], b[atB + p * stepB], sum);
                    }
                    c[(g * m + i) * n + j] = sum;
                }
            }
        }
    }

    private static void check(String name, int length, int count, int batch, int rows, int columns) {
        if (count < 1 || batch % count != 0) {
            throw new IllegalArgumentException(
                    name + " holds " + count + " matrices, which does not divide a batch of " + batch);
        }
        if (length < (long) count * rows * columns) {
            throw new IllegalArgumentException(
                    name + " has length " + length + ", expected at least " + count + " x " + rows + " x " + columns);
        }
    }
}
