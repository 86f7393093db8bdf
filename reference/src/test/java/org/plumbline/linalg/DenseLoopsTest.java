package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.plumbline.linalg.Matrices.EPSILON;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DenseLoopsTest {

    @Property(tries = 100)
    void sweepsTogetherEqualRotationsInTurnToTheBit(
            @ForAll @IntRange(min = 1, max = 40) int steps,
            @ForAll @IntRange(min = 1, max = 2) int groups,
            @ForAll @IntRange(max = 3) int below,
            @ForAll long seed) {
        int width = 32 * groups;
        int row = steps - 1 + below;
        double[] angles = Matrices.gaussian(2 * steps + 1, Matrices.random(seed));
        double[] cosine = Arrays.stream(angles).map(Math::cos).toArray();
        double[] sine = Arrays.stream(angles).map(Math::sin).toArray();
        double[] x = Matrices.gaussian((row + 3 + below) * width, Matrices.random(seed + 1));
        double[] plain = x.clone();
        DenseLoops.sweepTwice(x, width, row, steps, cosine, sine, 0, steps + 1);
        DenseLoops.plainSweepTwice(plain, width, row, steps, cosine, sine, 0, steps + 1);
        assertArrayEquals(plain, x);
    }

    /** Each of the two errs by at most {@code n ε Σ_j |A_ij x_j|} to first order; half as much again for the rest. */
    @Property(tries = 200)
    void aSymmetricProductIsWhatItsPlainFormGives(@ForAll @IntRange(min = 1, max = 70) int n, @ForAll long seed) {
        double[] a = Matrices.symmetric(Matrices.Kind.GAUSSIAN, n, seed);
        double[] x = Matrices.gaussian(n + 1, Matrices.random(seed + 1));
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = Arrays.copyOfRange(a, i * n, i * n + i + 1);
        }
        double[] y = Matrices.gaussian(n + 1, Matrices.random(seed + 2));
        double beyond = y[n];
        DenseLoops.symmetricProduct(rows, x, y, n);
        double[] plain = new double[n];
        DenseLoops.plainSymmetricProduct(rows, x, plain, n);
        for (int i = 0; i < n; i++) {
            double magnitude = 0;
            for (int j = 0; j < n; j++) {
                magnitude += Math.abs(a[i * n + j] * x[j]);
            }
            assertEquals(plain[i], y[i], 3 * n * EPSILON * magnitude);
        }
        assertEquals(beyond, y[n], "what stands behind");
    }

    /** A chain of {@code k} fused operations errs by at most {@code k ε} of the sum of magnitudes to first order. */
    @Property(tries = 200)
    void productsAreAddedToTheRowsAskedFor(
            @ForAll @IntRange(max = 9) int height,
            @ForAll @IntRange(max = 11) int depth,
            @ForAll @IntRange(max = 2) int above,
            @ForAll @IntRange(min = 1, max = 140) int width,
            @ForAll long seed) {
        double[][] f = rows(height + above + 1, depth + above, seed);
        double[][] x = rows(depth + above, width, seed + 1);
        double[][] y = rows(height + above + 1, width, seed + 2);
        double[][] before = Arrays.stream(y).map(double[]::clone).toArray(double[][]::new);
        DenseLoops.addProduct(y, above, above + height, f, x, above, above + depth, width);
        for (int i = 0; i < y.length; i++) {
            boolean asked = i >= above && i < above + height;
            for (int j = 0; j < width; j++) {
                double sum = before[i][j];
                double magnitude = Math.abs(sum);
                for (int p = above; asked && p < above + depth; p++) {
                    sum += f[i][p] * x[p][j];
                    magnitude += Math.abs(f[i][p] * x[p][j]);
                }
                assertEquals(sum, y[i][j], asked ? 2 * (depth + 1) * EPSILON * magnitude : 0);
            }
        }
    }

    private static double[][] rows(int count, int width, long seed) {
        var random = Matrices.random(seed);
        double[][] rows = new double[count][];
        Arrays.setAll(rows, i -> Matrices.gaussian(width, random));
        return rows;
    }
}
