package org.plumbline.linalg;

/**
 * The row-major conventions of {@code vec} and the Kronecker product. {@code vec(V)} of an {@code m × n} matrix lists
 * its rows one after the other, which is the flat array itself, so {@code vec(X)·vec(Y) = tr(XᵀY)}, and
 *
 * <pre>  (S ⊗ A) vec(V) = vec(S V Aᵀ),   S: m × m, A: n × n, V: m × n.</pre>
 *
 * <p>With column-major {@code vec} the two factors trade places: a block that reads {@code A ⊗ S} elsewhere is the same
 * operator. For a weight of shape [out, in], {@code S} belongs to the outputs and {@code A} to the inputs.
 */
public final class VecKronecker {

    private VecKronecker() {}

    /**
     * The dense product, {@code (mn) × (mn)} row-major:
     * {@code (S ⊗ A)[i·n + k, j·n + l] = S[i, j] · A[k, l]}. For small sizes: {@code m²n²} numbers.
     *
     * @param s {@code m × m}, row-major
     * @param a {@code n × n}, row-major
     */
    public static double[] kronecker(double[] s, int m, double[] a, int n) {
        SymmetricMatrix.requireSquare(s, m);
        SymmetricMatrix.requireSquare(a, n);
        int size = Math.multiplyExact(m, n);
        double[] product = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < m; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < m; j++) {
                    for (int l = 0; l < n; l++) {
                        product[(i * n + k) * size + j * n + l] = s[i * m + j] * a[k * n + l];
                    }
                }
            }
        }
        return product;
    }

    /**
     * {@code (S ⊗ A) vec(V) = vec(S V Aᵀ)} without forming the product, in {@code 2mn(m + n)} operations.
     *
     * @param s {@code m × m}, row-major
     * @param a {@code n × n}, row-major
     * @param v {@code m × n}, row-major
     * @return {@code m × n}, row-major
     */
    public static double[] apply(double[] s, int m, double[] a, int n, double[] v) {
        SymmetricMatrix.requireSquare(s, m);
        SymmetricMatrix.requireSquare(a, n);
        SymmetricMatrix.requireLength("V", v, (long) m * n);
        double[] right = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int k = 0; k < n; k++) {
                double sum = 0;
                for (int l = 0; l < n; l++) {
                    sum += v[i * n + l] * a[k * n + l];
                }
                right[i * n + k] = sum;
            }
        }
        double[] result = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                for (int k = 0; k < n; k++) {
                    result[i * n + k] += s[i * m + j] * right[j * n + k];
                }
            }
        }
        return result;
    }

    /** {@code Xᵀ [columns, rows]} for {@code X [rows, columns]}. */
    public static double[] transposed(double[] matrix, int rows, int columns) {
        double[] transposed = new double[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = matrix[i * columns + j];
            }
        }
        return transposed;
    }
}
