package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.linalg.Matrices.EPSILON;
import static org.plumbline.linalg.Matrices.distance;
import static org.plumbline.linalg.Matrices.positiveDefinite;
import static org.plumbline.linalg.Matrices.scaled;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CholeskySolverTest {

    /**
     * Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd ed., theorem 10.4: {@code (A + E) x = b}
     * with {@code |E| ≤ (3n + 1)ε |L||Lᵀ|}, and {@code ‖|L||Lᵀ|‖ ≤ ‖L‖_F² = tr A}. The residual's own computation
     * is exact to rounding.
     */
    private static double residualBound(double[] a, double[] x, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += a[i * n + i];
        }
        return (3 * n + 2) * EPSILON * trace * Vectors.norm(x);
    }

    @Property(tries = 200)
    void theResidualIsThatOfABackwardStableSolver(
            @ForAll @IntRange(min = 1, max = 60) int n,
            @ForAll long seed,
            @ForAll @IntRange(min = -150, max = 150) int decade) {
        double[] a = scaled(positiveDefinite(n, seed), Math.pow(10, decade));
        double[] b = Matrices.gaussian(n, Matrices.random(seed + 1));
        double[] x = CholeskySolver.of(a, n).solve(b);
        assertEquals(0, distance(Matrices.multiplyVector(a, x, n), b), residualBound(a, x, n));
    }

    /** EJML changes its algorithm at 1000 rows. */
    @Example
    void theBlockedFactorization() {
        int n = 1100;
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = (i == j ? 1 : 0) + Math.exp(-Math.abs(i - j) / 10.0);
            }
        }
        double[] b = Matrices.gaussian(n, Matrices.random(5));
        double[] x = CholeskySolver.of(a, n).solve(b);
        assertEquals(0, distance(Matrices.multiplyVector(a, x, n), b), residualBound(a, x, n));
        a[(n - 1) * n + n - 1] = -1;
        assertEquals(
                n - 1, assertThrows(NotPositiveDefiniteException.class, () -> CholeskySolver.of(a, n)).pivot());
    }

    @Property(tries = 50)
    void eachColumnIsSolvedAsIfAlone(
            @ForAll @IntRange(min = 1, max = 20) int n,
            @ForAll @IntRange(min = 1, max = 70) int columns,
            @ForAll long seed) {
        CholeskySolver solver = CholeskySolver.of(positiveDefinite(n, seed), n);
        double[] b = Matrices.gaussian(n * columns, Matrices.random(seed + 1));
        double[] x = solver.solve(b, columns);
        for (int c = 0; c < columns; c++) {
            double[] column = new double[n];
            for (int i = 0; i < n; i++) {
                column[i] = b[i * columns + c];
            }
            double[] alone = solver.solve(column);
            for (int i = 0; i < n; i++) {
                assertEquals(alone[i], x[i * columns + c]);
            }
        }
    }

    @Property(tries = 100)
    void agreesWithTheEigendecomposition(@ForAll @IntRange(min = 1, max = 30) int n, @ForAll long seed) {
        double[] a = positiveDefinite(n, seed);
        double[] b = Matrices.gaussian(n, Matrices.random(seed + 1));
        CholeskySolver solver = CholeskySolver.of(a, n);
        SymmetricEigen eigen = SymmetricEigen.of(a, n);
        double[] expected = eigen.apply(l -> 1 / l, b);
        double[] values = eigen.values();
        // Backward errors of (3n + 2)·tr A and 10n·‖A‖_F ≤ 10n·tr A, in units of ε, each amplified by ‖A⁻¹‖.
        double trace = Arrays.stream(values).sum();
        double relative = (13 * n + 2) * EPSILON * trace / values[0];
        assertEquals(0, distance(expected, solver.solve(b)), 2 * relative * Vectors.norm(expected));
        // Each eigenvalue's relative error is at most the same, and so is that of its logarithm in absolute terms.
        double logDeterminant = Arrays.stream(values).map(Math::log).sum();
        assertEquals(logDeterminant, solver.logDeterminant(), 2 * n * relative);
    }

    @Property(tries = 100)
    void theFirstBadPivotIsNamed(
            @ForAll @IntRange(min = 1, max = 30) int n, @ForAll @IntRange(max = 29) int position, @ForAll long seed) {
        int bad = position % n;
        double[] a = positiveDefinite(n, seed);
        // A Schur complement is at most its diagonal element, so this one turns negative, and none before it changes.
        a[bad * n + bad] = -1;
        NotPositiveDefiniteException e =
                assertThrows(NotPositiveDefiniteException.class, () -> CholeskySolver.of(a, n));
        assertEquals(bad, e.pivot());
        assertTrue(e.value() <= -1, () -> "pivot " + e.value());
        assertTrue(e.getMessage().contains("pivot " + bad + " of " + n));
    }

    @Example
    void unusableInputIsRefused() {
        assertEquals(
                0.0,
                assertThrows(NotPositiveDefiniteException.class, () -> CholeskySolver.of(new double[4], 2)).value());
        assertThrows(MatrixException.class, () -> CholeskySolver.of(new double[] {1, 2, 3, 4}, 2));
        assertThrows(MatrixException.class, () -> CholeskySolver.of(new double[] {Double.POSITIVE_INFINITY}, 1));
        CholeskySolver solver = CholeskySolver.of(new double[] {4}, 1);
        assertThrows(MatrixException.class, () -> solver.solve(new double[2]));
        assertThrows(MatrixException.class, () -> solver.solve(new double[2], 3));
        assertEquals(0.5, solver.solve(new double[] {2})[0]);
    }
}
