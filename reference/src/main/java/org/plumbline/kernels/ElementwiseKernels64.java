package org.plumbline.kernels;

/**
 * Functions of single elements: {@code y[i] = f(x[i])} and {@code z[i] = f(x[i], y[i])}.
 *
 * <p>An operand of two with fewer elements repeats: element {@code i} reads {@code x[i % nx]}, which is the leading
 * broadcast of programs.
 */
public final class ElementwiseKernels64 {

    private ElementwiseKernels64() {}

    /** {@code y = eˣ}. */
    public static void exponential(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = Math.exp(x[i]);
        }
    }

    /** {@code y = ln x}. */
    public static void logarithm(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = Math.log(x[i]);
        }
    }

    /** {@code y = tanh x}. */
    public static void hyperbolicTangent(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = Math.tanh(x[i]);
        }
    }

    /** {@code y = √x}. */
    public static void squareRoot(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = Math.sqrt(x[i]);
        }
    }

    /** {@code y = 1/x}. */
    public static void reciprocal(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = 1 / x[i];
        }
    }

    /** {@code y = erf x}. */
    public static void errorFunction(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = ActivationKernels64.erf(x[i]);
        }
    }

    /** {@code y = max(x, 0)}. */
    public static void relu(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i] > 0 ? x[i] : 0;
        }
    }

    /** {@code y = 1} where {@code x > 0}, else 0. */
    public static void unitStep(double[] x, double[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i] > 0 ? 1 : 0;
        }
    }

    /** {@code y = scale · x + shift}. */
    public static void affine(double[] x, double[] y, int n, double scale, double shift) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = scale * x[i] + shift;
        }
    }

    /** {@code z = x + y}. */
    public static void add(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] + y[i % ny];
        }
    }

    /** {@code z = x − y}. */
    public static void subtract(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] - y[i % ny];
        }
    }

    /** {@code z = x y}. */
    public static void multiply(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] * y[i % ny];
        }
    }

    /** {@code z = x / y}. */
    public static void divide(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] / y[i % ny];
        }
    }
}
