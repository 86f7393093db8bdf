package org.plumbline.linalg;

/** The few operations on vectors that solvers and scores are made of, in a fixed order of summation. */
public final class Vectors {

    private Vectors() {}

    /**
     * {@code xᵀy} as if summed in twice the working precision and rounded once: the error is at most
     * {@code ε·|xᵀy| + n²ε²·|x|ᵀ|y|} (Ogita, Rump and Oishi, <em>Accurate Sum and Dot Product</em>, 2005, Dot2). An
     * influence score is a dot product of long vectors that nearly cancel; here it loses nothing to that. About four
     * times the cost of a plain sum. Not for products that overflow: the result is then {@code NaN} or infinite.
     */
    public static double dot(double[] x, double[] y) {
        requireEqualLength(x, y);
        double sum = 0;
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            double product = x[i] * y[i];
            double productError = Math.fma(x[i], y[i], -product);
            double next = sum + product;
            // Knuth's TwoSum: what the addition just rounded away.
            double virtual = next - sum;
            double sumError = (sum - (next - virtual)) + (product - virtual);
            sum = next;
            error += productError + sumError;
        }
        return sum + error;
    }

    /** {@code ‖x‖₂}, without overflow or harmful underflow in the squares. */
    public static double norm(double[] x) {
        double largest = 0;
        for (double element : x) {
            if (Double.isNaN(element)) {
                return Double.NaN;
            }
            largest = Math.max(largest, Math.abs(element));
        }
        if (largest == 0 || Double.isInfinite(largest)) {
            return largest;
        }
        int exponent = Math.getExponent(largest);
        double[] scaled = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = Math.scalb(x[i], -exponent);
        }
        return Math.scalb(Math.sqrt(dot(scaled, scaled)), exponent);
    }

    /** {@code y ← y + αx}, in place. */
    public static void axpy(double alpha, double[] x, double[] y) {
        requireEqualLength(x, y);
        for (int i = 0; i < y.length; i++) {
            y[i] += alpha * x[i];
        }
    }

    /** {@code x ← αx}, in place. */
    public static void scale(double alpha, double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= alpha;
        }
    }

    /**
     * {@code Σ x[j]·y[j]} for {@code from ≤ j < to}, plainly: the inner product of factorizations, whose own rounding
     * is larger. Four running sums, so that an addition need not wait for the one before it.
     */
    static double rangeDot(double[] x, double[] y, int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = from;
        for (; j + 4 <= to; j += 4) {
            a += x[j] * y[j];
            b += x[j + 1] * y[j + 1];
            c += x[j + 2] * y[j + 2];
            d += x[j + 3] * y[j + 3];
        }
        for (; j < to; j++) {
            a += x[j] * y[j];
        }
        return (a + b) + (c + d);
    }

    private static void requireEqualLength(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new MatrixException(
                    "found vectors of " + x.length + " and " + y.length + " elements, expected equal");
        }
    }
}
