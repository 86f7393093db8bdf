// Derived from VectorElementwise64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

import static org.plumbline.engine.vector.VectorLanes32.LANES;
import static org.plumbline.engine.vector.VectorLanes32.broadcast;
import static org.plumbline.engine.vector.VectorLanes32.load;
import static org.plumbline.engine.vector.VectorLanes32.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of single elements with the Vector API; the contract of {@code org.plumbline.kernels.ElementwiseKernels32}.
 *
 * <p>Equal to the definition to the last bit, as each operation is rounded correctly in both.
 *
 * <p>One loop for each function, written out: what a loop calls for an element must be known when it is compiled.
 */
final class VectorElementwise32 {

    private VectorElementwise32() {}

    /** {@code z = x + y}; an operand of two with fewer elements than {@code n} repeats. */
    static void add(float[] x, int nx, float[] y, int ny, float[] z, int n) {
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
    static void subtract(float[] x, int nx, float[] y, int ny, float[] z, int n) {
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
    static void multiply(float[] x, int nx, float[] y, int ny, float[] z, int n) {
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
    static void divide(float[] x, int nx, float[] y, int ny, float[] z, int n) {
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
    static void affine(float[] x, float[] y, int n, float scale, float shift) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, i).mul(scale).add(shift).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = scale * x[i] + shift;
        }
    }

    /** {@code y = √x}. */
    static void sqrt(float[] x, float[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            load(x, i).sqrt().intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = (float) Math.sqrt(x[i]);
        }
    }

    /** {@code y = 1/x}. */
    static void reciprocal(float[] x, float[] y, int n) {
        FloatVector one = broadcast(1);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            one.div(load(x, i)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = 1 / x[i];
        }
    }

    /** {@code y = max(x, 0)}. */
    static void relu(float[] x, float[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            VectorLanes32.max(zero(), load(x, i)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = x[i] > 0 ? x[i] : 0;
        }
    }

    /** {@code y = 1} where {@code x > 0}, else 0. */
    static void step(float[] x, float[] y, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            zero().blend(1.0f, load(x, i).compare(VectorOperators.GT, 0.0f)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = x[i] > 0 ? 1 : 0;
        }
    }
}
