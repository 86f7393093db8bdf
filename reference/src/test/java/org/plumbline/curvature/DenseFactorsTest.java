package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.RandomSystems;

/** Factors from dense blocks, and eigenbases in diagonal blocks. */
class DenseFactorsTest {

    private static double[] matrix(KroneckerFactors factors) {
        double[] product = VecKronecker.kronecker(
                factors.gradient(), factors.block().rows(), factors.activation(), factors.block().columns());
        Vectors.scale(factors.meanLength(), product);
        return product;
    }

    private static double distance(double[] x, double[] y) {
        double[] difference = x.clone();
        Vectors.axpy(-1, y, difference);
        return Vectors.norm(difference);
    }

    private static double trace(double[] matrix) {
        return KroneckerContraction.trace(matrix, (int) Math.round(Math.sqrt(matrix.length)));
    }

    /** Sums of at most {@code n} terms, {@code n ≤ 36}, in numbers of the size of the block's norm. */
    private static double rounding(double[] block) {
        return 36 * 4 * Math.ulp(1.0) * Vectors.norm(block);
    }

    /**
     * Law 35: nearest is no further than any multiple of other factors' product, here of the partial traces and of
     * random factors. To 1e-12: the iteration's last change, squared, is far below it.
     */
    @Property(tries = 60)
    void nothingIsNearerThanTheNearest(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        List<KroneckerFactors> nearest = DenseFactors.nearest(curvature);
        List<KroneckerFactors> traces = DenseFactors.partialTraces(curvature);
        for (int i = 0; i < nearest.size(); i++) {
            double[] block = curvature.block(i);
            double found = distance(block, matrix(nearest.get(i)));
            KroneckerFactors drawn = systems.factors(space.blocks().get(i));
            for (double[] other : List.of(matrix(traces.get(i)), matrix(drawn))) {
                double scale = Vectors.dot(block, other) / Vectors.dot(other, other);
                double[] scaled = other.clone();
                Vectors.scale(scale, scaled);
                double distance = distance(block, scaled);
                assertTrue(found <= distance + 1e-12 * Vectors.norm(block), () -> found + " above " + distance);
            }
        }
    }

    /** Both find a product that there is; the factors are semi-definite, as those of every semi-definite block. */
    @Property(tries = 60)
    void aKroneckerProductIsFound(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(1);
        double[] product = matrix(systems.factors(space.blocks().getFirst()));
        DenseCurvature curvature = new DenseCurvature(space, product, RandomSystems.COMPUTE);
        assertEquals(0, distance(product, matrix(DenseFactors.nearest(curvature).getFirst())), rounding(product));
        assertEquals(0, distance(product, matrix(DenseFactors.partialTraces(curvature).getFirst())),
                // The trace is divided by, and exceeds the norm by no more than √n.
                6 * rounding(product));
    }

    /** Partial traces: by definition, and with the block's trace. */
    @Property(tries = 60)
    void partialTracesKeepTheTrace(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        DenseCurvature curvature = systems.curvature(space);
        List<KroneckerFactors> factors = DenseFactors.partialTraces(curvature);
        for (int b = 0; b < factors.size(); b++) {
            double[] block = curvature.block(b);
            KroneckerFactors found = factors.get(b);
            int rows = found.block().rows();
            int columns = found.block().columns();
            int size = rows * columns;
            double[] s = new double[rows * rows];
            double[] a = new double[columns * columns];
            for (int row = 0; row < size; row++) {
                for (int column = 0; column < size; column++) {
                    int i = row / columns;
                    int k = row % columns;
                    int j = column / columns;
                    int l = column % columns;
                    s[i * rows + j] += k == l ? block[row * size + column] / trace(block) : 0;
                    a[k * columns + l] += i == j ? block[row * size + column] : 0;
                }
            }
            assertArrayEquals(s, found.gradient(), rounding(block) / trace(block));
            assertArrayEquals(a, found.activation(), rounding(block));
            assertEquals(trace(block), trace(found.gradient()) * trace(found.activation()), 6 * rounding(block));
            for (KroneckerFactors one : List.of(found, DenseFactors.nearest(curvature).get(b))) {
                assertTrue(least(one.gradient(), rows) >= -1e-13 * Vectors.norm(one.gradient()));
                assertTrue(least(one.activation(), columns) >= -1e-13 * Vectors.norm(one.activation()));
            }
        }
    }

    private static double least(double[] matrix, int n) {
        return SymmetricEigen.of(matrix, n).values()[0];
    }

    /** A block that vanishes has factors that do. */
    @Property(tries = 5)
    void nothingHasNoFactors(@ForAll long seed) {
        BlockSpace space = new RandomSystems(seed).space(1);
        int n = space.dimension();
        DenseCurvature zero = new DenseCurvature(space, new double[n * n], RandomSystems.COMPUTE);
        assertEquals(0, Vectors.norm(matrix(DenseFactors.nearest(zero).getFirst())));
        assertEquals(0, Vectors.norm(matrix(DenseFactors.partialTraces(zero).getFirst())));
    }

    /**
     * Law 36: eigenvectors keep to contiguous blocks, the first ones one longer, the last column in the last; in them
     * the factor's own blocks are found again, and one block is the whole factor.
     */
    @Property(tries = 60)
    void eigenbasesRespectDiagonalBlocks(@ForAll @IntRange(min = 1, max = 5) int parts, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(1);
        KroneckerFactors factors = systems.factors(space.blocks().getFirst());
        if (parts > Math.min(factors.block().rows(), factors.block().columns())) {
            assertThrows(IllegalArgumentException.class, () -> KroneckerBasis.of(factors, parts));
            return;
        }
        KroneckerBasis basis = KroneckerBasis.of(factors, parts);
        assertBlocks(factors.activation(), basis.activationVectors(), basis.activationValues(), parts);
        assertBlocks(factors.gradient(), basis.gradientVectors(), basis.gradientValues(), parts);
        KroneckerBasis whole = KroneckerBasis.of(factors);
        KroneckerBasis one = KroneckerBasis.of(factors, 1);
        assertArrayEquals(whole.activationVectors(), one.activationVectors());
        assertArrayEquals(whole.gradientValues(), one.gradientValues());
    }

    private static void assertBlocks(double[] factor, double[] vectors, double[] values, int parts) {
        int n = values.length;
        int count = parts;
        int[] partOf = new int[n];
        int next = 0;
        for (int part = 0; part < count; part++) {
            int size = n / count + (part < n % count ? 1 : 0);
            Arrays.fill(partOf, next, next + size, part);
            next += size;
        }
        assertEquals(n, next);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double composed = 0;
                for (int k = 0; k < n; k++) {
                    composed += vectors[i * n + k] * values[k] * vectors[j * n + k];
                }
                boolean together = partOf[i] == partOf[j];
                assertEquals(together ? factor[i * n + j] : 0, composed,
                        together ? 20.0 * n * Math.ulp(1.0) * Vectors.norm(factor) : 0);
                if (!together) {
                    assertEquals(0, vectors[i * n + j]);
                }
            }
        }
    }

    @Property(tries = 1)
    void noBlocksAreRefused() {
        RandomSystems systems = new RandomSystems(1);
        KroneckerFactors factors = systems.factors(systems.space(1).blocks().getFirst());
        assertThrows(IllegalArgumentException.class, () -> KroneckerBasis.of(factors, 0));
    }
}
