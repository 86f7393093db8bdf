package org.plumbline.linalg;

/** The check that every factorization of a symmetric matrix begins with. */
final class SymmetricMatrix {

    /**
     * Largest asymmetry taken for rounding, relative to the largest element: √ε. A sum of products in double precision
     * keeps more than half of its digits; a matrix that is symmetric to fewer was computed wrongly.
     */
    static final double ASYMMETRY = 0x1p-26;

    private SymmetricMatrix() {}

    /**
     * {@code (A + Aᵀ) / 2}, exactly symmetric.
     *
     * @throws MatrixException if the length is not {@code n²}, {@code n < 1}, an element is not finite, or
     *     {@code |aᵢⱼ − aⱼᵢ| > ASYMMETRY · max |a|}
     */
    static double[] symmetrized(double[] a, int n) {
        requireSquare(a, n);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            if (!Double.isFinite(a[i])) {
                throw new MatrixException(
                        "found " + a[i] + " at (" + i / n + ", " + i % n + "), expected finite elements");
            }
            largest = Math.max(largest, Math.abs(a[i]));
        }
        double[] symmetric = new double[a.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double lower = a[i * n + j];
                double upper = a[j * n + i];
                if (Math.abs(lower / 2 - upper / 2) > ASYMMETRY * (largest / 2)) {
                    throw new MatrixException("found " + lower + " at (" + i + ", " + j + ") and " + upper
                            + " opposite, expected a symmetric matrix (to " + ASYMMETRY + " of its largest element, "
                            + largest + ")");
                }
                double mean = lower == upper ? lower : lower / 2 + upper / 2;
                symmetric[i * n + j] = mean;
                symmetric[j * n + i] = mean;
            }
        }
        return symmetric;
    }

    static void requireSquare(double[] a, int n) {
        if (n < 1 || (long) n * n != a.length) {
            throw new MatrixException("found " + a.length + " elements, expected " + n + "² with at least one row");
        }
    }

    static void requireLength(String what, double[] x, long expected) {
        if (x.length != expected) {
            throw new MatrixException(what + ": found " + x.length + " elements, expected " + expected);
        }
    }
}
