package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.plumbline.linalg.Matrices.EPSILON;
import static org.plumbline.linalg.Matrices.gaussian;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VecKroneckerTest {

    /** Factors need not be symmetric: a transposition gone astray would hide behind symmetry. */
    @Property(tries = 200)
    void theProductActsAsTheFactorsDo(
            @ForAll @IntRange(min = 1, max = 7) int m, @ForAll @IntRange(min = 1, max = 7) int n, @ForAll long seed) {
        RandomGenerator random = Matrices.random(seed);
        double[] s = gaussian(m * m, random);
        double[] a = gaussian(n * n, random);
        double[] v = gaussian(m * n, random);
        double[] dense = Matrices.multiplyVector(VecKronecker.kronecker(s, m, a, n), v, m * n);
        double[] factored = VecKronecker.apply(s, m, a, n, v);
        // Sums of n and of m products, (m + n + 2)ε relative to the sum of magnitudes, here bounded by the norms.
        double bound = (m + n + 2) * EPSILON * Vectors.norm(s) * Vectors.norm(a) * Vectors.norm(v);
        assertEquals(0, Matrices.distance(dense, factored), bound * Math.sqrt(m * n));
    }

    @Property(tries = 100)
    void productsOfProducts(@ForAll @IntRange(min = 1, max = 5) int n, @ForAll long seed) {
        RandomGenerator random = Matrices.random(seed);
        double[] s = gaussian(n * n, random);
        double[] t = gaussian(n * n, random);
        double[] a = gaussian(n * n, random);
        double[] b = gaussian(n * n, random);
        // (S ⊗ A)(T ⊗ B) = ST ⊗ AB
        double[] left =
                Matrices.multiply(VecKronecker.kronecker(s, n, a, n), VecKronecker.kronecker(t, n, b, n), n * n);
        double[] right = VecKronecker.kronecker(Matrices.multiply(s, t, n), n, Matrices.multiply(a, b, n), n);
        double norms = Vectors.norm(s) * Vectors.norm(t) * Vectors.norm(a) * Vectors.norm(b);
        // Sums of n² products on the left, and the product of two sums of n on the right.
        assertEquals(0, Matrices.distance(left, right), (n * n + 2 * n + 3) * EPSILON * norms);
    }

    @Example
    void rowMajorOrder() {
        double[] s = {1, 2, 3, 4};
        double[] a = {0, 1, 1, 0};
        assertArrayEquals(
                new double[] {0, 1, 0, 2, 1, 0, 2, 0, 0, 3, 0, 4, 3, 0, 4, 0}, VecKronecker.kronecker(s, 2, a, 2));
        assertArrayEquals(
                new double[] {20, 40},
                VecKronecker.apply(new double[] {2}, 1, new double[] {10, 0, 0, 20}, 2, new double[] {1, 1}));
        assertThrows(MatrixException.class, () -> VecKronecker.apply(s, 2, a, 2, new double[3]));
        assertThrows(MatrixException.class, () -> VecKronecker.kronecker(s, 3, a, 2));
    }

    /** {@code vec(X)·vec(Y) = tr(XᵀY)}, exactly, on small integers. */
    @Property
    void theInnerProductIsTheTrace(@ForAll @IntRange(min = 1, max = 6) int n, @ForAll long seed) {
        RandomGenerator random = Matrices.random(seed);
        double[] x = new double[n * n];
        double[] y = new double[n * n];
        Arrays.setAll(x, i -> random.nextInt(-9, 10));
        Arrays.setAll(y, i -> random.nextInt(-9, 10));
        double[] product = Matrices.multiply(Matrices.transpose(x, n), y, n);
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += product[i * n + i];
        }
        assertEquals(trace, Vectors.dot(x, y));
    }
}
