package org.plumbline.linalg;

/**
 * A product of {@code b} Householder reflectors in the compact form {@code H₀ H₁ ⋯ H_{b−1} = I − Vᵀ T V} with
 * {@code H_p = I − τ_p v_p v_pᵀ}, the {@code v_p} as rows of {@code V} and {@code T} upper triangular (Schreiber and
 * Van Loan, "A storage-efficient WY representation for products of Householder transformations", SIAM Journal on
 * Scientific and Statistical Computing 10, 1989). Applied to a matrix it is two products of matrices.
 */
final class BlockReflector {

    /**
     * Rows of the matrix it is applied to that stay in the first-level cache while they are projected on all vectors.
     */
    private static final int ROWS = 16;

    private final int count;
    private final int length;
    private final double[][] v;
    /** {@code −Vᵀ T}, {@code length × count}. */
    private final double[][] u;

    /**
     * @param v vectors of equal length, 0 where they end earlier; not copied
     * @param tau their factors; 0 for the identity
     */
    BlockReflector(double[][] v, double[] tau) {
        this.count = v.length;
        this.length = v[0].length;
        this.v = v;
        this.u = new double[length][count];
        double[][] t = triangle(v, tau);
        for (int i = 0; i < length; i++) {
            for (int q = 0; q < count; q++) {
                double sum = 0;
                for (int p = 0; p <= q; p++) {
                    sum += v[p][i] * t[p][q];
                }
                u[i][q] = -sum;
            }
        }
    }

    /**
     * Column {@code p} of {@code T} is {@code (−τ_p T' V' v_p, τ_p)}, with {@code T'} and {@code V'} of those before
     * it.
     */
    private static double[][] triangle(double[][] v, double[] tau) {
        double[][] t = new double[v.length][v.length];
        for (int p = 0; p < v.length; p++) {
            for (int q = 0; q < p; q++) {
                double projection = Vectors.rangeDot(v[q], v[p], 0, v[p].length);
                for (int r = 0; r <= q; r++) {
                    t[r][p] -= tau[p] * t[r][q] * projection;
                }
            }
            t[p][p] = tau[p];
        }
        return t;
    }

    /** How many rows of a matrix change. */
    int length() {
        return length;
    }

    /**
     * {@code X ← H₀ H₁ ⋯ H_{b−1} X = X − Vᵀ T V X}, in {@code 4 · count · length} operations a column.
     *
     * @param x rows of equal length, at least as many as change
     */
    void apply(double[][] x) {
        int width = x[0].length;
        double[][] projection = new double[count][width];
        for (int i = 0; i < length; i += ROWS) {
            DenseLoops.addProduct(projection, 0, count, v, x, i, Math.min(length, i + ROWS), width);
        }
        DenseLoops.addProduct(x, 0, length, u, projection, 0, count, width);
    }
}
