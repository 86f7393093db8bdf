package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.random.RandomStreams;

/**
 * Projections {@code R_ℓ = P_S ⊗ P_A} of each layer's gradient by itself, {@code vec(V) ↦ vec(P_S V P_Aᵀ)} with
 * {@code P_S [k_S, m]} and {@code P_A [k_A, n]}, as in LoGra (Choe et al., <em>What is Your Data Worth to GPT?</em>,
 * 2024). It projects activations and pseudo-gradients before they are multiplied, so that no whole gradient need be
 * formed. {@code 2 k_S n (m + k_A)} operations a layer and vector.
 */
public final class KroneckerProjection implements GradientProjection {
    private final BlockSpace space;
    private final List<Factors> factors;
    private final int[] offsets;

    /** {@code P_S [rows, m]} and {@code P_A [columns, n]} of a layer. */
    private record Factors(double[] gradient, int rows, double[] activation, int columns) {}

    private KroneckerProjection(BlockSpace space, List<Factors> factors) {
        this.space = space;
        this.factors = factors;
        this.offsets = new int[factors.size() + 1];
        for (int i = 0; i < factors.size(); i++) {
            offsets[i + 1] = offsets[i] + factors.get(i).rows() * factors.get(i).columns();
        }
    }

    /**
     * Gaussian factors with entries of variance {@code 1/k_S} and {@code 1/k_A}, so that {@code E[RᵀR] = I}.
     *
     * @param width {@code k_S} and {@code k_A}; fewer where a layer has fewer rows or columns
     * @throws SolveException if it is less than 1
     */
    public static KroneckerProjection random(BlockSpace space, int width, long seed) {
        requireWidth(width);
        List<Factors> factors = new ArrayList<>();
        for (ParameterBlock block : space.blocks()) {
            RandomGenerator random = RandomStreams.of(seed, "Kronecker projection", factors.size());
            int rows = Math.min(width, block.rows());
            int columns = Math.min(width, block.columns());
            factors.add(new Factors(gaussian(random, rows, block.rows()), rows,
                    gaussian(random, columns, block.columns()), columns));
        }
        return new KroneckerProjection(space, factors);
    }

    /**
     * Factors with the dominant eigenvectors of {@code S} and {@code A} in their rows, which are orthonormal: LoGra's
     * start from principal components.
     *
     * @param bases one for each block
     * @param width {@code k_S} and {@code k_A}; fewer where a layer has fewer rows or columns
     * @throws SolveException if it is less than 1, or there is not one basis for each block
     */
    public static KroneckerProjection principal(BlockSpace space, List<KroneckerBasis> bases, int width) {
        requireWidth(width);
        if (bases.size() != space.blocks().size()) {
            throw new SolveException("found " + bases.size() + " bases, expected one for each of "
                    + space.blocks().size() + " blocks");
        }
        List<Factors> factors = new ArrayList<>();
        for (KroneckerBasis basis : bases) {
            int rows = Math.min(width, basis.rows());
            int columns = Math.min(width, basis.columns());
            factors.add(new Factors(lastColumns(basis.gradientVectors(), basis.rows(), rows), rows,
                    lastColumns(basis.activationVectors(), basis.columns(), columns), columns));
        }
        return new KroneckerProjection(space, factors);
    }

    private static void requireWidth(int width) {
        if (width < 1) {
            throw new SolveException("found projections of width " + width + ", expected at least 1");
        }
    }

    private static double[] gaussian(RandomGenerator random, int rows, int columns) {
        double[] matrix = new double[rows * columns];
        double deviation = 1 / Math.sqrt(rows);
        Arrays.setAll(matrix, i -> deviation * random.nextGaussian());
        return matrix;
    }

    /** The last {@code count} columns of {@code q [n, n]} as rows, in reverse: ascending eigenvalues, largest first. */
    private static double[] lastColumns(double[] q, int n, int count) {
        double[] rows = new double[count * n];
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < n; i++) {
                rows[k * n + i] = q[i * n + n - 1 - k];
            }
        }
        return rows;
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public int dimension() {
        return offsets[factors.size()];
    }

    @Override
    public double[] project(double[] v) {
        space.requireVector(v);
        double[] projected = new double[dimension()];
        for (int i = 0; i < factors.size(); i++) {
            Factors f = factors.get(i);
            ParameterBlock block = space.blocks().get(i);
            double[] matrix = Arrays.copyOfRange(v, space.offset(i), space.offset(i + 1));
            double[] left = product(f.gradient(), f.rows(), block.rows(), matrix, block.columns());
            double[] both = product(left, f.rows(), block.columns(),
                    VecKronecker.transposed(f.activation(), f.columns(), block.columns()), f.columns());
            System.arraycopy(both, 0, projected, offsets[i], both.length);
        }
        return projected;
    }

    @Override
    public double[] lift(double[] y) {
        double[] lifted = new double[space.dimension()];
        for (int i = 0; i < factors.size(); i++) {
            Factors f = factors.get(i);
            ParameterBlock block = space.blocks().get(i);
            double[] matrix = Arrays.copyOfRange(y, offsets[i], offsets[i + 1]);
            double[] left = product(VecKronecker.transposed(f.gradient(), f.rows(), block.rows()), block.rows(),
                    f.rows(),
                    matrix, f.columns());
            double[] both = product(left, block.rows(), f.columns(), f.activation(), block.columns());
            System.arraycopy(both, 0, lifted, space.offset(i), both.length);
        }
        return lifted;
    }

    /** {@code X Y} for {@code X [m, k]} and {@code Y [k, n]}. */
    private static double[] product(double[] x, int m, int k, double[] y, int n) {
        double[] product = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                for (int j = 0; j < n; j++) {
                    product[i * n + j] += x[i * k + l] * y[l * n + j];
                }
            }
        }
        return product;
    }
}
