package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.damped;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;

class ExpectedSmoothnessTest {
    private static final int EXAMPLES = 5;

    /**
     * {@code E[B_S²] ⪯ 𝓛 B}, over all draws; eigenvalues of the difference carry {@code 20 n ε 𝓛 λ_max} of rounding.
     * What is found is what eigendecompositions find, from above for the whole; for examples Lanczos' method ends
     * with the eigenvalue itself where its 16 steps fill the space or the rank, 2 beside the dampings of 2 blocks.
     */
    @Property(tries = 50)
    void itBoundsTheSquareOfADraw(@ForAll @IntRange(min = 1, max = EXAMPLES) int size, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        RandomSum sum = RandomSum.of(systems, space, EXAMPLES);
        Damping damping = systems.damping(space, 0.3);
        ExpectedSmoothness found = ExpectedSmoothness.of(sum, damping, size, seed);
        double ofMean = largest(damped(sum.dense(), damping), n);
        double ofExamples = 0;
        for (int m = 0; m < EXAMPLES; m++) {
            ofExamples = Math.max(ofExamples, largest(damped(sum.dense(m), damping), n));
        }
        double rounding = 20.0 * n * EPSILON;
        assertTrue(found.ofMean() >= ofMean * (1 - rounding));
        assertEquals(size == EXAMPLES ? found.ofMean() : ofExamples, found.ofExamples(), 1e-9 * ofExamples);
        ExpectedSmoothness exact = new ExpectedSmoothness(ofMean, ofExamples, EXAMPLES, size);
        assertTrue(found.value() >= exact.value() * (1 - 1e-9));
        double[] difference = damped(sum.dense(), damping);
        Vectors.scale(exact.value(), difference);
        int draws = 0;
        double[] squares = new double[n * n];
        for (int code = 0; code < 1 << EXAMPLES; code++) {
            if (Integer.bitCount(code) == size) {
                int chosen = code;
                double[] b = damped(sum.dense(IntStream.range(0, EXAMPLES)
                        .filter(m -> (chosen >> m & 1) == 1).toArray()), damping);
                Vectors.axpy(1, square(b, n), squares);
                draws++;
            }
        }
        Vectors.axpy(-1.0 / draws, squares, difference);
        double least = SymmetricEigen.of(difference, n).values()[0];
        assertTrue(least >= -rounding * exact.value() * ofExamples, () -> "" + least);
    }

    private static double largest(double[] matrix, int n) {
        double[] values = SymmetricEigen.of(matrix, n).values();
        return values[n - 1];
    }

    private static double[] square(double[] b, int n) {
        double[] square = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    square[i * n + j] += b[i * n + k] * b[k * n + j];
                }
            }
        }
        // Exactly symmetric, as the eigendecomposition asks.
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                square[i * n + j] = square[j * n + i];
            }
        }
        return square;
    }

    /** Preconditioned by the inverse of {@code K + D}, a curvature of {@code K} alone has the smoothness 1. */
    @Property(tries = 20)
    void ofPreconditionedExamples(@ForAll @IntRange(min = 1, max = 3) int size, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        KroneckerCurvature kronecker =
                KroneckerCurvature.kfac(space.blocks().stream().map(systems::factors).toList());
        double[] matrix = DenseCurvature.of(kronecker, RandomSystems.COMPUTE).matrix();
        Damping damping = systems.damping(space, 1);
        RandomSum equal = new RandomSum(space, List.of(matrix, matrix, matrix));
        ExpectedSmoothness found =
                ExpectedSmoothness.of(equal, damping, ClosedFormInverse.of(kronecker, damping), size, seed);
        // Rounding of the condition, at most some 10⁵ here.
        assertEquals(1, found.value(), 1e-8);
        assertEquals(1, found.step(), 1e-8);
        assertEquals(new PreconditionedNeumann(found.step(), 0, 0, 7), PreconditionedNeumann.tuned(found, 0, 7));
        assertEquals(size == 3 ? 33 : 49, found.products());
    }

    /** {@code λ_max} of the whole for all examples, of the worst for one; less for more. */
    @Example
    void itLiesBetweenTheWholeAndTheWorstExample() {
        double[] values = new double[10];
        Arrays.setAll(values, i -> new ExpectedSmoothness(3, 7, 10, i + 1).value());
        assertEquals(7, values[0], 7 * 4 * EPSILON);
        assertEquals(3, values[9]);
        for (int i = 1; i < values.length; i++) {
            assertTrue(values[i] < values[i - 1]);
        }
        // Of ten, two at a time: 10·1/(2·9) of 3 and 8/(2·9) of 7.
        assertEquals(30.0 / 18 + 56.0 / 18, values[1], 7 * 4 * EPSILON);
        assertEquals(1, new ExpectedSmoothness(0, 0, 10, 2).step());
    }
}
