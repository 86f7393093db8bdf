package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.plumbline.linalg.Matrices.EPSILON;
import static org.plumbline.linalg.Matrices.distance;
import static org.plumbline.linalg.Matrices.multiply;
import static org.plumbline.linalg.Matrices.transpose;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Workers;

class TridiagonalTest {

    /** All but two of the rows are reduced, a panel at a time: sizes at which one more panel begins. */
    @Provide
    Arbitrary<Integer> sizes() {
        int panel = Tridiagonal.PANEL;
        return Arbitraries.of(1, 2, 3, 4, panel - 1, panel, panel + 1, panel + 2, panel + 3, panel + 4, 2 * panel - 1,
                2 * panel, 2 * panel + 1, 2 * panel + 2, 2 * panel + 3, 3 * panel + 1, 3 * panel + 3);
    }

    /**
     * Fewer than {@code n} reflectors act on a vector, each adding an error of at most a few ε of its norm, in random
     * directions: {@code 10·n·ε} is ample.
     */
    @Property(tries = 120)
    void theReductionIsAnOrthogonalSimilarity(
            @ForAll Matrices.Kind kind, @ForAll("sizes") int n, @ForAll long seed) {
        double[] a = Matrices.symmetric(kind, n, seed);
        Tridiagonal reduced = Tridiagonal.of(a, n, Workers.serial());
        double[] p = new double[n * n];
        double[] t = new double[n * n];
        double[][] columns = reduced.columns(0, n, n);
        for (int i = 0; i < n; i++) {
            System.arraycopy(columns[i], 0, p, i * n, n);
            t[i * n + i] = reduced.diagonal()[i];
            if (i > 0) {
                t[i * n + i - 1] = reduced.offDiagonal()[i - 1];
                t[(i - 1) * n + i] = reduced.offDiagonal()[i - 1];
            }
        }
        double[] identity = Matrices.symmetric(Matrices.Kind.ZERO, n, seed);
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        double tolerance = 10 * n * EPSILON;
        assertEquals(0, distance(multiply(transpose(p, n), p, n), identity), tolerance * Math.sqrt(n), "PᵀP = I");
        assertEquals(
                0,
                distance(multiply(multiply(p, t, n), transpose(p, n), n), a),
                tolerance * Vectors.norm(a),
                "P T Pᵀ = A");
    }

    /** Whether a column is made together with others or alone, with reflectors left out that do not change it. */
    @Property(tries = 30)
    void columnsDoNotDependOnTheirCompany(
            @ForAll("sizes") int n, @ForAll @IntRange(max = 120) int from, @ForAll long seed) {
        Tridiagonal reduced =
                Tridiagonal.of(Matrices.symmetric(Matrices.Kind.GAUSSIAN, n, seed), n, Workers.serial());
        int first = from % n;
        double[][] all = reduced.columns(0, n, n);
        double[][] some = reduced.columns(first, n, n - first + 5);
        for (int i = 0; i < n; i++) {
            assertArrayEquals(
                    Arrays.copyOf(Arrays.copyOfRange(all[i], first, n), n - first + 5), some[i], "row " + i);
        }
    }

    @Property(tries = 60)
    void aBlockIsItsReflectorsInTurn(
            @ForAll @IntRange(min = 1, max = 9) int count,
            @ForAll @IntRange(min = 1, max = 60) int length,
            @ForAll @IntRange(max = 9) int identities,
            @ForAll long seed) {
        var random = Matrices.random(seed);
        double[][] v = new double[count][];
        double[] tau = new double[count];
        for (int p = 0; p < count; p++) {
            v[p] = Matrices.gaussian(length, random);
            tau[p] = p == identities ? 0 : 2 / Vectors.dot(v[p], v[p]);
        }
        double[] x = Matrices.gaussian(length + 1, random);
        double[][] blocked = new double[length + 1][];
        Arrays.setAll(blocked, i -> new double[] {x[i]});
        new BlockReflector(v, tau).apply(blocked);
        double[] expected = x.clone();
        for (int p = count - 1; p >= 0; p--) {
            double projection = tau[p] * Vectors.dot(v[p], Arrays.copyOf(expected, length));
            for (int i = 0; i < length; i++) {
                expected[i] -= projection * v[p][i];
            }
        }
        double[] found = Arrays.stream(blocked).mapToDouble(row -> row[0]).toArray();
        // For vectors of length 1, where every τ is 2 or 0, a column of T is at most 2 (1 + the sum of those before it)
        // in absolute row sums, so all of T at most 3^count; each of its uses adds a few ε for every element that is
        // summed.
        assertEquals(0, distance(found, expected), 10 * Math.pow(3, count) * length * EPSILON * Vectors.norm(x));
        assertEquals(x[length], found[length], "what the block does not reach");
    }
}
