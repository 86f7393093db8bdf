// Derived from ElementwiseKernels64.java by FloatTwin, which tells how: change that file.
package org.plumbline.kernels;

/**
 * Functions of single elements: {@code y[i] = f(x[i])} and {@code z[i] = f(x[i], y[i])}.
 *
 * <p>An operand of two with fewer elements repeats: element {@code i} reads {@code x[i % nx]}, which is the leading
 * broadcast of programs.
 */
public final class ElementwiseKernels32 {

    private ElementwiseKernels32() {}

    /** {@code y = eˣ}. */
    public static void exponential(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = (float) Math.exp(x[i]);
        }
    }

    /** {@code y = ln x}. */
    public static void logarithm(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = (float) Math.log(x[i]);
        }
    }

    /** {@code y = tanh x}. */
    public static void hyperbolicTangent(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = (float) Math.tanh(x[i]);
        }
    }

    /** {@code y = √x}. */
    public static void squareRoot(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = (float) Math.sqrt(x[i]);
        }
    }

    /** {@code y = 1/x}. */
    public static void reciprocal(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = 1 / x[i];
        }
    }

    /** {@code y = erf x}. */
    public static void errorFunction(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = ActivationKernels32.erf(x[i]);
        }
    }

    /** {@code y = max(x, 0)}. */
    public static void relu(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i] > 0 ? x[i] : 0;
        }
    }

    /** {@code y = 1} where {@code x > 0}, else 0. */
    public static void unitStep(float[] x, float[] y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = x[i] > 0 ? 1 : 0;
        }
    }

    /** {@code y = scale · x + shift}. */
    public static void affine(float[] x, float[] y, int n, float scale, float shift) {
        for (@Parallel int i = 0; i < n; i++) {
            y[i] = scale * x[i] + shift;
        }
    }

    /** {@code z = x + y}. */
    public static void add(float[] x, int nx, float[] y, int ny, float[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] + y[i % ny];
        }
    }

    /** {@code z = x − y}. */
    public static void subtract(float[] x, int nx, float[] y, int ny, float[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] - y[i % ny];
        }
    }

    /** {@code z = x y}. */
    public static void multiply(float[] x, int nx, float[] y, int ny, float[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] * y[i % ny];
        }
    }

    /** {@code z = x / y}. */
    public static void divide(float[] x, int nx, float[] y, int ny, float[] z, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            z[i] = x[i % nx] / y[i % ny];
        }
    }
}
