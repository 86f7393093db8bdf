// Derived from MatmulKernels64.java by FloatTwin, which tells how: change that file.
package org.plumbline.kernels;

/**
 * Batched matrix product: the definition that faster products are tested against.
 *
 * <p>All arrays are row-major and dense, one matrix after the other.
 */
public final class MatmulKernels32 {

    private MatmulKernels32() {}

    /**
     * Computes {@code c[g] = op(a[g % batchA]) · op(b[g % batchB])} for every {@code g < batch}, where {@code op}
     * transposes or does nothing:
     *
     * <pre>c[g][i][j] = Σ_p op(a)[i][p] · op(b)[p][j],   p = 0 … k − 1 in this order.</pre>
     *
     * <p>{@code batchA} and {@code batchB} divide {@code batch}: an operand with fewer matrices repeats along the
     * leading dimensions, so 1 shares a single matrix. Takes {@code 2 · batch · m · k · n} operations; the rounding
     * error of an element is at most {@code k ε Σ_p |op(a)[i][p]| |op(b)[p][j]|} to first order.
     *
     * @param a {@code batchA} matrices {@code [m, k]}, or {@code [k, m]} if transposed
     * @param b {@code batchB} matrices {@code [k, n]}, or {@code [n, k]} if transposed
     * @param c {@code batch} matrices {@code [m, n]}, overwritten; must not overlap {@code a} or {@code b}
     * @param batch number of products
     * @param batchA number of matrices in {@code a}
     * @param batchB number of matrices in {@code b}
     * @param m rows of a product
     * @param k length of the contraction; 0 gives zeros
     * @param n columns of a product
     * @param transposeA 1 if {@code a} is stored transposed, else 0
     * @param transposeB 1 if {@code b} is stored transposed, else 0
     */
    public static void matmul(float[] a, float[] b, float[] c, int batch, int batchA, int batchB, int m, int k,
            int n, int transposeA, int transposeB) {
        int rows = batch * m;
        int rowStrideA = transposeA == 1 ? 1 : k;
        int stepA = transposeA == 1 ? m : 1;
        int stepB = transposeB == 1 ? 1 : n;
        int columnStrideB = transposeB == 1 ? k : 1;
        for (@Parallel int row = 0; row < rows; row++) {
            for (@Parallel int j = 0; j < n; j++) {
                int g = row / m;
                int i = row % m;
                int startA = g % batchA * m * k + i * rowStrideA;
                int startB = g % batchB * k * n + j * columnStrideB;
                float sum = 0.0f;
                for (int p = 0; p < k; p++) {
                    sum += a[startA + p * stepA] * b[startB + p * stepB];
                }
                c[row * n + j] = sum;
            }
        }
    }
}
