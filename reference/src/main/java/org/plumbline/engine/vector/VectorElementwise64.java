package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes64.LANES;
import static org.plumbline.engine.vector.VectorLanes64.broadcast;
import static org.plumbline.engine.vector.VectorLanes64.load;
import static org.plumbline.engine.vector.VectorLanes64.zero;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of single elements with the Vector API; the contract of {@code org.plumbline.kernels.ElementwiseKernels64}.
 *
 * <p>Equal to the definition to the last bit, as each operation is rounded correctly in both.
 *
 * <p>One loop for each function, written out: what a loop calls for an element must be known when it is compiled.
 */
final class VectorElementwise64 {

    private VectorElementwise64() {}

    /** {@code z = x + y}; an operand of two with fewer elements than {@code n} repeats. */
    static void add(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        int period = Math.min(nx, ny);
        for (int start = 0; start < n; start += period) {
            int atX = nx < n ? 0 : start;
            int atY = ny < n ? 0 : start;
            int count = Math.min(period, n - start);
            int i = 0;
            for (; i <= count - LANES; i += LANES) {
                load(x, atX + i).add(load(y, atY + i)).intoArray(z, start + i);
            }
            for (; i < count; i++) {
                z[start + i] = x[atX + i] + y[atY + i];
            }
        }
    }

    /** {@code z = x − y}; an operand of two with fewer elements than {@code n} repeats. */
    static void subtract(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        int period = Math.min(nx, ny);
        for (int start = 0; start < n; start += period) {
            int atX = nx < n ? 0 : start;
            int atY = ny < n ? 0 : start;
            int count = Math.min(period, n - start);
            int i = 0;
            for (; i <= count - LANES; i += LANES) {
                load(x, atX + i).sub(load(y, atY + i)).intoArray(z, start + i);
            }
            for (; i < count; i++) {
                z[start + i] = x[atX + i] - y[atY + i];
            }
        }
    }

    /** {@code z = x y}; an operand of two with fewer elements than {@code n} repeats. */
    static void multiply(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        int period = Math.min(nx, ny);
        for (int start = 0; start < n; start += period) {
            int atX = nx < n ? 0 : start;
            int atY = ny < n ? 0 : start;
            int count = Math.min(period, n - start);
            int i = 0;
            for (; i <= count - LANES; i += LANES) {
                load(x, atX + i).mul(load(y, atY + i)).intoArray(z, start + i);
            }
            for (; i < count; i++) {
                z[start + i] = x[atX + i] * y[atY + i];
            }
        }
    }

    /** {@code z = x / y}; an operand of two with fewer elements than {@code n} repeats. */
    static void divide(double[] x, int nx, double[] y, int ny, double[] z, int n) {
        int period = Math.min(nx, ny);
        for (int start = 0; start < n; start += period) {
            int atX = nx < n ? 0 : start;
            int atY = ny < n ? 0 : start;
            int count = Math.min(period, n - start);
            int i = 0;
            for (; i <= count - LANES; i += LANES) {
                load(x, atX + i).div(load(y, atY + i)).intoArray(z, start + i);
            }
            for (; i < count; i++) {
                z[start + i] = x[atX + i] / y[atY + i];
            }
        }
    }

    /** {@code y = scale · x + shift}, rounded twice as in the definition. */
    static void affine(double[] x, double[] y, int n, double scale, double shift) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, i).mul(scale).add(shift).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = scale * x[i] + shift;
        }
    }

    /** {@code y = √x}. */
    static void sqrt(double[] x, double[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, i).sqrt().intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = Math.sqrt(x[i]);
        }
    }

    /** {@code y = 1/x}. */
    static void reciprocal(double[] x, double[] y, int n) {
        DoubleVector one = broadcast(1);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            one.div(load(x, i)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = 1 / x[i];
        }
    }

    /** {@code y = max(x, 0)}. */
    static void relu(double[] x, double[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            VectorLanes64.max(zero(), load(x, i)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = x[i] > 0 ? x[i] : 0;
        }
    }

    /** {@code y = 1} where {@code x > 0}, else 0. */
    static void step(double[] x, double[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            zero().blend(1.0, load(x, i).compare(VectorOperators.GT, 0.0)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = x[i] > 0 ? 1 : 0;
        }
    }
}
