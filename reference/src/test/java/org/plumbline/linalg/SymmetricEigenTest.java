package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.linalg.Matrices.EPSILON;
import static org.plumbline.linalg.Matrices.distance;
import static org.plumbline.linalg.Matrices.multiply;
import static org.plumbline.linalg.Matrices.scaled;
import static org.plumbline.linalg.Matrices.symmetric;
import static org.plumbline.linalg.Matrices.transpose;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.plumbline.engine.Workers;

class SymmetricEigenTest {

    /**
     * Fewer than {@code n} reflectors, twice, and about {@code 2n} rotations act on a vector, each adding an error of
     * at most a few ε of its norm, in random directions: {@code 10·n·ε} relative to the Frobenius norm.
     */
    private static double tolerance(int n) {
        return 10 * n * EPSILON;
    }

    @Property(tries = 600)
    void theIdentitiesHoldAtEveryScale(
            @ForAll Matrices.Kind kind,
            @ForAll @IntRange(min = 1, max = 40) int n,
            @ForAll long seed,
            @ForAll @IntRange(min = -150, max = 150) int decade) {
        double[] a = scaled(symmetric(kind, n, seed), Math.pow(10, decade));
        requireIdentities(a, n, SymmetricEigen.of(a, n));
    }

    private static void requireIdentities(double[] a, int n, SymmetricEigen eigen) {
        double[] q = eigen.vectors();
        double[] values = eigen.values();
        double[] identity = new double[n * n];
        double[] lambda = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
            lambda[i * n + i] = values[i];
            assertTrue(i == 0 || values[i - 1] <= values[i], "ascending");
        }
        // ‖I‖ = √n
        assertEquals(0, distance(multiply(transpose(q, n), q, n), identity), tolerance(n) * Math.sqrt(n), "QᵀQ = I");
        assertEquals(
                0,
                distance(multiply(multiply(q, lambda, n), transpose(q, n), n), a),
                tolerance(n) * Vectors.norm(a),
                "Q Λ Qᵀ = A");
    }

    /** Where one more stripe of rotations, panel of the reduction or panel of reflected columns begins. */
    @Provide
    Arbitrary<Integer> borders() {
        return Arbitraries.of(31, 32, 33, 34, 35, 63, 64, 65, 66, 67, 95, 96, 97, 98, 99, 127, 128, 129, 130, 131);
    }

    @Property(tries = 100)
    void theIdentitiesHoldAroundTheSizesOfBlocks(
            @ForAll Matrices.Kind kind, @ForAll("borders") int n, @ForAll long seed) {
        double[] a = symmetric(kind, n, seed);
        requireIdentities(a, n, SymmetricEigen.of(a, n));
    }

    /** Beyond one panel of reflected columns and one batch of rotations. */
    @Example
    void largerMatrices() {
        for (Matrices.Kind kind : Matrices.Kind.values()) {
            double[] a = symmetric(kind, 200, 7);
            requireIdentities(a, 200, SymmetricEigen.of(a, 200));
        }
    }

    private enum Spectrum {
        /** As of the covariance of activations: from 1 down to 10⁻¹². */
        DECAYING,
        /** Groups that agree to twelve digits. */
        CLUSTERED,
        /** A few large ones among zeros. */
        FEW,
        BOTH_SIGNS
    }

    /**
     * {@code H diag(λ) H} for a product {@code H} of three reflectors: each is applied with an error below {@code
     * n·ε·‖λ‖}.
     */
    @Property(tries = 100)
    void theSpectrumIsThePrescribedOne(
            @ForAll Spectrum spectrum, @ForAll @IntRange(min = 1, max = 100) int n, @ForAll long seed) {
        var random = Matrices.random(seed);
        double[] expected = new double[n];
        Arrays.setAll(expected, k -> switch (spectrum) {
            case DECAYING -> Math.pow(10, -12.0 * k / n);
            case CLUSTERED -> k % 3 + 1e-12 * random.nextDouble();
            case FEW -> k % 7 == 0 ? 1 + random.nextDouble() : 0;
            case BOTH_SIGNS -> random.nextGaussian();
        });
        double[] a = new double[n * n];
        for (int k = 0; k < n; k++) {
            a[k * n + k] = expected[k];
        }
        for (int r = 0; r < 3; r++) {
            double[] h = Matrices.reflector(n, random);
            a = multiply(multiply(h, a, n), h, n);
        }
        Arrays.sort(expected);
        assertArrayEquals(expected, SymmetricEigen.of(a, n).values(), 2 * tolerance(n) * Vectors.norm(expected));
    }

    @Property(tries = 100)
    void eigenvaluesAgreeWithEjml(@ForAll @IntRange(min = 1, max = 140) int n, @ForAll long seed) {
        double[] a = symmetric(Matrices.Kind.GAUSSIAN, n, seed);
        var oracle = DecompositionFactory_DDRM.eig(n, false, true);
        assertTrue(oracle.decompose(new DMatrixRMaj(n, n, true, a.clone())));
        double[] expected = new double[n];
        Arrays.setAll(expected, k -> oracle.getEigenvalue(k).getReal());
        Arrays.sort(expected);
        // Weyl: eigenvalues move by no more than the backward error; there is one on each side.
        assertArrayEquals(expected, SymmetricEigen.of(a, n).values(), 2 * tolerance(n) * Vectors.norm(a));
    }

    /** The second difference matrix has eigenvalues 2 − 2 cos(kπ/(n+1)). */
    @Property(tries = 50)
    void eigenvaluesOfTheSecondDifference(@ForAll @IntRange(min = 1, max = 80) int n) {
        double[] a = new double[n * n];
        double[] expected = new double[n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = 2;
            if (i > 0) {
                a[i * n + i - 1] = -1;
                a[(i - 1) * n + i] = -1;
            }
            expected[i] = 2 - 2 * Math.cos((i + 1) * Math.PI / (n + 1));
        }
        assertArrayEquals(expected, SymmetricEigen.of(a, n).values(), tolerance(n) * Vectors.norm(a));
    }

    @Property(tries = 200)
    void functionsOfTheMatrixCompose(@ForAll @IntRange(min = 1, max = 20) int n, @ForAll long seed) {
        double[] a = symmetric(Matrices.Kind.GAUSSIAN, n, seed);
        double[] x = Matrices.gaussian(n, Matrices.random(seed + 1));
        SymmetricEigen eigen = SymmetricEigen.of(a, n);
        double scale = Vectors.norm(a) * Vectors.norm(x);
        assertEquals(
                0, distance(eigen.apply(l -> l, x), Matrices.multiplyVector(a, x, n)), 2 * tolerance(n) * scale);
        // 1/(λ² + 1) lies in (0, 1], so applying its inverse multiplies errors by at most 1 + ‖A‖².
        double[] y = eigen.apply(l -> 1 / (l * l + 1), x);
        double amplification = 1 + Vectors.dot(a, a);
        assertEquals(
                0,
                distance(eigen.apply(l -> l * l + 1, y), x),
                2 * tolerance(n) * amplification * Vectors.norm(x));
    }

    /** Nor does it matter whether the code has been compiled: later rounds run faster. */
    @Property(tries = 4)
    void theNumberOfThreadsDoesNotChangeTheResult(@ForAll @IntRange(min = 260, max = 300) int n) {
        double[] a = symmetric(Matrices.Kind.GAUSSIAN, n, 3);
        SymmetricEigen serial = SymmetricEigen.of(a, n);
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = Workers.of(threads)) {
                SymmetricEigen shared = SymmetricEigen.of(a, n, workers);
                assertArrayEquals(serial.values(), shared.values());
                assertArrayEquals(serial.vectors(), shared.vectors());
            }
        }
    }

    @Property(tries = 100)
    void roundingAsymmetryIsAveraged(@ForAll @IntRange(min = 2, max = 10) int n, @ForAll long seed) {
        double[] a = symmetric(Matrices.Kind.GAUSSIAN, n, seed);
        double[] skewed = a.clone();
        double largest = Arrays.stream(a).map(Math::abs).max().orElseThrow();
        // A power of two beside larger numbers: half of what is allowed, up on one side and down on the other.
        double half = SymmetricMatrix.ASYMMETRY * largest / 4;
        skewed[1] += half;
        skewed[n] -= half;
        // The mean differs from the original by the rounding of one element.
        assertArrayEquals(
                SymmetricEigen.of(a, n).values(),
                SymmetricEigen.of(skewed, n).values(),
                2 * tolerance(n) * Vectors.norm(a));
        skewed[1] += 8 * half;
        assertThrows(MatrixException.class, () -> SymmetricEigen.of(skewed, n));
    }

    @Example
    void unusableMatricesAreRefused() {
        MatrixException nan =
                assertThrows(MatrixException.class, () -> SymmetricEigen.of(new double[] {1, 2, Double.NaN, 1}, 2));
        assertEquals("found NaN at (1, 0), expected finite elements", nan.getMessage());
        assertThrows(MatrixException.class, () -> SymmetricEigen.of(new double[] {1, 2, 3, 1}, 2));
        assertThrows(MatrixException.class, () -> SymmetricEigen.of(new double[3], 2));
        assertThrows(MatrixException.class, () -> SymmetricEigen.of(new double[0], 0));
        assertThrows(MatrixException.class, () -> SymmetricEigen.of(new double[1], 1).apply(l -> l, new double[2]));
    }

    @Example
    void extremesOfTheNumberRange() {
        double[] huge = {Double.MAX_VALUE, 0, 0, -Double.MAX_VALUE};
        assertArrayEquals(
                new double[] {-Double.MAX_VALUE, Double.MAX_VALUE}, SymmetricEigen.of(huge, 2).values());
        double[] tiny = {0, Double.MIN_VALUE, Double.MIN_VALUE, 0};
        assertArrayEquals(
                new double[] {-Double.MIN_VALUE, Double.MIN_VALUE}, SymmetricEigen.of(tiny, 2).values());
        // Elements near the underflow threshold beside a large one are zero for this algorithm, not a source of NaN.
        double[] mixed = {1, 1e-300, 5e-324, 1e-300, 1, 5e-324, 5e-324, 5e-324, 1};
        requireIdentities(mixed, 3, SymmetricEigen.of(mixed, 3));
    }

    @Example
    void inputAndResultAreSeparate() {
        double[] a = {2, 1, 1, 2};
        SymmetricEigen eigen = SymmetricEigen.of(a, 2);
        assertArrayEquals(new double[] {2, 1, 1, 2}, a);
        eigen.values()[0] = 99;
        eigen.vectors()[0] = 99;
        requireIdentities(a, 2, eigen);
    }
}
