package org.plumbline.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Workers;
import org.plumbline.kernels.MatmulKernels32;
import org.plumbline.kernels.MatmulKernels64;

/**
 * The vector products against the definition: to the last bit against a chain of fused multiply-adds, within the
 * rounding bound against the plain loop, for every path, transposition, broadcast and number of threads.
 */
class VectorMatmulTest {

    private static final List<Workers> WORKERS = List.of(Workers.serial(), Workers.of(2), Workers.of(3));

    record Problem(
            int batch, int batchA, int batchB, int m, int k, int n,
            boolean transposeA, boolean transposeB, long seed) {}

    @AfterContainer
    static void close() {
        WORKERS.forEach(Workers::close);
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void doubleProductIsTheFusedChain(@ForAll("problems") Problem problem) {
        double[] a = numbers(problem.seed, problem.batchA * problem.m * problem.k);
        double[] b = numbers(~problem.seed, problem.batchB * problem.k * problem.n);
        double[] expected = fusedChain(problem, a, b);
        for (Workers workers : WORKERS) {
            double[] c = filled(expected.length);
            VectorMatmul64.matmul(a, problem.transposeA, problem.batchA, b, problem.transposeB, problem.batchB, c,
                    problem.batch, problem.m, problem.k, problem.n, workers);
            assertArrayEquals(expected, c, () -> workers.threads() + " threads");
        }
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void floatProductIsTheFusedChain(@ForAll("problems") Problem problem) {
        float[] a = floats(numbers(problem.seed, problem.batchA * problem.m * problem.k));
        float[] b = floats(numbers(~problem.seed, problem.batchB * problem.k * problem.n));
        float[] expected = fusedChain(problem, a, b);
        for (Workers workers : WORKERS) {
            float[] c = floats(filled(expected.length));
            VectorMatmul32.matmul(a, problem.transposeA, problem.batchA, b, problem.transposeB, problem.batchB, c,
                    problem.batch, problem.m, problem.k, problem.n, workers);
            assertArrayEquals(expected, c, () -> workers.threads() + " threads");
        }
    }

    /** The same array as both operands and a copy of it give the same bits, mirrored or not. */
    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void productWithItsOwnTransposeIsThatWithACopy(@ForAll @IntRange(min = 90, max = 330) int m,
            @ForAll @IntRange(min = 250, max = 600) int k, @ForAll @IntRange(min = 1, max = 2) int batch,
            @ForAll boolean transposed, @ForAll long seed) {
        double[] a = numbers(seed, batch * m * k);
        double[] expected = new double[batch * m * m];
        VectorMatmul64.matmul(
                a, transposed, batch, a.clone(), !transposed, batch, expected, batch, m, k, m, WORKERS.get(0));
        float[] floatA = floats(a);
        float[] floatExpected = new float[batch * m * m];
        VectorMatmul32.matmul(floatA, transposed, batch, floatA.clone(), !transposed, batch, floatExpected,
                batch, m, k, m, WORKERS.get(0));
        for (Workers workers : WORKERS) {
            double[] c = filled(expected.length);
            VectorMatmul64.matmul(a, transposed, batch, a, !transposed, batch, c, batch, m, k, m, workers);
            assertArrayEquals(expected, c, () -> workers.threads() + " threads");
            float[] floatC = floats(filled(expected.length));
            VectorMatmul32.matmul(
                    floatA, transposed, batch, floatA, !transposed, batch, floatC, batch, m, k, m, workers);
            assertArrayEquals(floatExpected, floatC, () -> workers.threads() + " threads");
        }
    }

    /** Not mirrored: without the transposition, an array times itself is not symmetric. */
    @Test
    void aSquareIsNotMirrored() {
        double[] a = numbers(1, 200 * 200);
        double[] expected = new double[a.length];
        VectorMatmul64.matmul(a, false, 1, a.clone(), false, 1, expected, 1, 200, 200, 200, WORKERS.get(1));
        double[] c = filled(a.length);
        VectorMatmul64.matmul(a, false, 1, a, false, 1, c, 1, 200, 200, 200, WORKERS.get(1));
        assertArrayEquals(expected, c);
    }

    /**
     * A chain of k operations, each rounded by at most u = ε/2 (the plain loop rounds the product as well), errs by
     * at most k u Σ|a||b| to first order, and so does the plain loop by (k + 1) u Σ|a||b|; their difference is
     * below (k + 1) ε Σ|a||b|.
     */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void productIsTheDefinitionUpToRounding(@ForAll("problems") Problem problem) {
        double[] a = numbers(problem.seed, problem.batchA * problem.m * problem.k);
        double[] b = numbers(~problem.seed, problem.batchB * problem.k * problem.n);
        int length = problem.batch * problem.m * problem.n;
        double[] magnitude = new double[length];
        definition(problem, absolute(a), absolute(b), magnitude);

        double[] expected = new double[length];
        definition(problem, a, b, expected);
        double[] c = filled(length);
        VectorMatmul64.matmul(a, problem.transposeA, problem.batchA, b, problem.transposeB, problem.batchB, c,
                problem.batch, problem.m, problem.k, problem.n, WORKERS.get(1));
        assertWithin(expected, c, magnitude, (problem.k + 1) * Math.ulp(1.0));

        float[] floatA = floats(a);
        float[] floatB = floats(b);
        float[] floatExpected = new float[length];
        MatmulKernels32.matmul(floatA, floatB, floatExpected, problem.batch, problem.batchA, problem.batchB, problem.m,
                problem.k, problem.n, problem.transposeA ? 1 : 0, problem.transposeB ? 1 : 0);
        float[] floatC = floats(filled(length));
        VectorMatmul32.matmul(floatA, problem.transposeA, problem.batchA, floatB, problem.transposeB, problem.batchB,
                floatC, problem.batch, problem.m, problem.k, problem.n, WORKERS.get(1));
        // The magnitudes are of the numbers before they were rounded to float: two more half ulps.
        assertWithin(doubles(floatExpected), doubles(floatC), magnitude, (problem.k + 3) * Math.ulp(1.0f));
    }

    @Test
    void whatIsWrongIsNamed() {
        double[] six = new double[6];
        assertTrue(assertThrows(IllegalArgumentException.class, () -> VectorMatmul64.matmul(
                        six, false, 1, new double[5], false, 1, new double[4], 1, 2, 3, 2, Workers.serial()))
                .getMessage().startsWith("b has length 5"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> VectorMatmul64.matmul(six, false, 2, six,
                false, 1, new double[12], 3, 1, 3, 2, Workers.serial())).getMessage().startsWith("a holds 2 matrices"));
    }

    @Test
    void anEmptyContractionOverwritesWithZeros() {
        double[] c = filled(4);
        VectorMatmul64.matmul(new double[0], false, 1, new double[0], true, 1, c, 1, 2, 0, 2, Workers.serial());
        assertArrayEquals(new double[4], c);
    }

    @Test
    void theVectorApiIsThere() {
        assertEquals(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(), VectorSupport.isAvailable());
    }

    /**
     * Batches of anything small, of single rows, of medium sizes (shared between threads in pieces) and of several
     * pieces; single products that are slender in each direction, or large enough for several pieces of every kind.
     */
    @Provide
    Arbitrary<Problem> problems() {
        Arbitrary<Integer> size = Arbitraries.oneOf(between(1, 70),
                Arbitraries.of(1, 4, 6, 8, 14, 16, 28, 32, 42, 64));
        Arbitrary<int[]> small = sizes(size, size, size);
        Arbitrary<int[]> medium = sizes(between(40, 100), between(40, 100), between(40, 100));
        Arbitrary<int[]> row = sizes(Arbitraries.just(1), between(10, 70), between(2, 70));
        Arbitrary<int[]> pieces = sizes(between(96, 130), between(400, 600), between(130, 150));
        Arbitrary<int[]> slender = Arbitraries.oneOf(
                sizes(between(1, 20), between(100, 700), between(1, 40)),
                sizes(between(100, 900), between(1, 20), between(1, 40)),
                sizes(between(1, 20), between(1, 40), between(100, 900)));
        Arbitrary<int[]> large = sizes(between(90, 300), between(250, 600), between(90, 320));
        Arbitrary<int[]> batches = Arbitraries.of(1, 2, 4, 6).flatMap(batch -> Combinators.combine(divisors(batch),
                divisors(batch)).as((batchA, batchB) -> new int[] {batch, batchA, batchB}));
        Arbitrary<int[]> one = Arbitraries.just(new int[] {1, 1, 1});
        Arbitrary<Boolean> flag = Arbitraries.of(false, true);
        Arbitrary<int[]> several = Arbitraries.frequencyOf(Tuple.of(4, small), Tuple.of(1, row), Tuple.of(3, medium),
                Tuple.of(1, pieces));
        Arbitrary<int[]> single = Arbitraries.frequencyOf(Tuple.of(3, slender), Tuple.of(1, large));
        Arbitrary<int[][]> shapes = Arbitraries.oneOf(
                Combinators.combine(several, batches).as((sizes, counts) -> new int[][] {sizes, counts}),
                Combinators.combine(single, one).as((sizes, counts) -> new int[][] {sizes, counts}));
        return Combinators.combine(shapes, flag, flag, Arbitraries.longs())
                .as((shape, transposeA, transposeB, seed) -> new Problem(shape[1][0], shape[1][1], shape[1][2],
                        shape[0][0], shape[0][1], shape[0][2], transposeA, transposeB, seed));
    }

    private static Arbitrary<int[]> sizes(Arbitrary<Integer> m, Arbitrary<Integer> k, Arbitrary<Integer> n) {
        return Combinators.combine(m, k, n).as((rows, depth, columns) -> new int[] {rows, depth, columns});
    }

    private static Arbitrary<Integer> between(int least, int most) {
        return Arbitraries.integers().between(least, most).withDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<Integer> divisors(int number) {
        return Arbitraries.integers().between(1, number).filter(divisor -> number % divisor == 0);
    }

    private static double[] fusedChain(Problem q, double[] a, double[] b) {
        double[] c = new double[q.batch * q.m * q.n];
        for (int g = 0; g < q.batch; g++) {
            for (int i = 0; i < q.m; i++) {
                for (int j = 0; j < q.n; j++) {
                    double sum = 0;
                    for (int p = 0; p < q.k; p++) {
                        sum = Math.fma(a[indexA(q, g, i, p)], b[indexB(q, g, p, j)], sum);
                    }
                    c[(g * q.m + i) * q.n + j] = sum;
                }
            }
        }
        return c;
    }

    private static float[] fusedChain(Problem q, float[] a, float[] b) {
        float[] c = new float[q.batch * q.m * q.n];
        for (int g = 0; g < q.batch; g++) {
            for (int i = 0; i < q.m; i++) {
                for (int j = 0; j < q.n; j++) {
                    float sum = 0;
                    for (int p = 0; p < q.k; p++) {
                        sum = Math.fma(a[indexA(q, g, i, p)], b[indexB(q, g, p, j)], sum);
                    }
                    c[(g * q.m + i) * q.n + j] = sum;
                }
            }
        }
        return c;
    }

    private static int indexA(Problem q, int g, int i, int p) {
        return g % q.batchA * q.m * q.k + (q.transposeA ? p * q.m + i : i * q.k + p);
    }

    private static int indexB(Problem q, int g, int p, int j) {
        return g % q.batchB * q.k * q.n + (q.transposeB ? j * q.k + p : p * q.n + j);
    }

    private static void definition(Problem q, double[] a, double[] b, double[] c) {
        MatmulKernels64.matmul(a, b, c, q.batch, q.batchA, q.batchB, q.m, q.k, q.n, q.transposeA ? 1 : 0,
                q.transposeB ? 1 : 0);
    }

    private static void assertWithin(double[] expected, double[] actual, double[] magnitude, double relative) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], relative * magnitude[i], "element " + i);
        }
    }

    private static double[] numbers(long seed, int length) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    private static double[] filled(int length) {
        double[] c = new double[length];
        Arrays.fill(c, 7);
        return c;
    }

    private static double[] absolute(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }

    private static float[] floats(double[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) x[i];
        }
        return y;
    }

    private static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i];
        }
        return y;
    }
}
