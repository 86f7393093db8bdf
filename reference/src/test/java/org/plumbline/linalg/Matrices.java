package org.plumbline.linalg;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Symmetric matrices of the kinds that upset eigensolvers, and the plain products that tests compare with. */
final class Matrices {

    static final double EPSILON = Math.ulp(1.0);

    private Matrices() {}

    enum Kind {
        GAUSSIAN,
        LOW_RANK,
        /** Three distinct eigenvalues, each of high multiplicity. */
        REPEATED,
        /** Elements fall by sixteen orders of magnitude along the diagonal. */
        GRADED,
        DIAGONAL,
        /** EJML 0.46.1 fails on the 200 × 200 one. */
        ONES,
        /** Pairs of eigenvalues that agree to almost all digits. */
        WILKINSON,
        NEARLY_IDENTITY,
        ZERO
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static double[] gaussian(int count, RandomGenerator random) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextGaussian());
        return values;
    }

    static double[] symmetric(Kind kind, int n, long seed) {
        RandomGenerator random = random(seed);
        double[] g = gaussian(n * n, random);
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double element =
                        switch (kind) {
                            case GAUSSIAN -> g[i * n + j];
                            case LOW_RANK -> g[i] * g[j] + (n > 1 ? g[n + i] * g[n + j] : 0);
                            case REPEATED -> 0;
                            case GRADED -> g[i * n + j] * Math.pow(10, -16.0 * (i + j) / (2 * n));
                            case DIAGONAL -> i == j ? g[i] : 0;
                            case ONES -> 1;
                            case WILKINSON -> i == j ? Math.abs(i - n / 2) : i == j + 1 ? 1 : 0;
                            case NEARLY_IDENTITY -> (i == j ? 1 : 0) + 1e-13 * g[i * n + j];
                            case ZERO -> 0;
                        };
                a[i * n + j] = element;
                a[j * n + i] = element;
            }
        }
        if (kind == Kind.REPEATED) {
            // A reflector on either side of diag(−1, 0, 2, −1, 0, 2, …).
            double[] h = reflector(Arrays.copyOf(g, n));
            double[] d = new double[n * n];
            for (int i = 0; i < n; i++) {
                d[i * n + i] = new double[] {-1, 0, 2}[i % 3];
            }
            return multiply(multiply(h, d, n), h, n);
        }
        return a;
    }

    /** {@code I − 2 v vᵀ / vᵀv} for a random {@code v}. */
    static double[] reflector(int n, RandomGenerator random) {
        return reflector(gaussian(n, random));
    }

    private static double[] reflector(double[] v) {
        int n = v.length;
        double[] h = new double[n * n];
        double tau = 2 / Math.max(Vectors.dot(v, v), Double.MIN_NORMAL);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                h[i * n + j] = (i == j ? 1 : 0) - tau * v[i] * v[j];
            }
        }
        return h;
    }

    /** {@code B Bᵀ + I}: positive definite, of moderate condition. */
    static double[] positiveDefinite(int n, long seed) {
        double[] b = gaussian(n * n, random(seed));
        double[] a = multiply(b, transpose(b, n), n);
        for (int i = 0; i < n; i++) {
            a[i * n + i] += 1;
        }
        return a;
    }

    static double[] multiply(double[] a, double[] b, int n) {
        double[] c = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += a[i * n + k] * b[k * n + j];
                }
            }
        }
        return c;
    }

    static double[] multiplyVector(double[] a, double[] x, int n) {
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = Vectors.dot(Arrays.copyOfRange(a, i * n, i * n + n), x);
        }
        return y;
    }

    static double[] transpose(double[] a, int n) {
        double[] t = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            t[i % n * n + i / n] = a[i];
        }
        return t;
    }

    static double[] scaled(double[] a, double factor) {
        double[] scaled = a.clone();
        Vectors.scale(factor, scaled);
        return scaled;
    }

    static double distance(double[] a, double[] b) {
        double[] difference = a.clone();
        Vectors.axpy(-1, b, difference);
        return Vectors.norm(difference);
    }
}
