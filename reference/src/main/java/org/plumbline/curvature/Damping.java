package org.plumbline.curvature;

import java.util.Arrays;

/**
 * The damping {@code λ_ℓ} added to each block of a curvature, {@code C + diag(λ_ℓ I)}.
 *
 * @param perBlock one {@code λ_ℓ ≥ 0} for each block of a space, in order
 */
public record Damping(double[] perBlock) {

    /**
     * @throws IllegalArgumentException if a value is negative or no number
     */
    public Damping {
        perBlock = perBlock.clone();
        for (double lambda : perBlock) {
            if (!(lambda >= 0) || Double.isInfinite(lambda)) {
                throw new IllegalArgumentException("damping is finite and not negative, found " + lambda);
            }
        }
    }

    /** The same {@code λ} for all blocks. */
    public static Damping absolute(BlockSpace space, double lambda) {
        double[] perBlock = new double[space.blocks().size()];
        Arrays.fill(perBlock, lambda);
        return new Damping(perBlock);
    }

    /**
     * {@code λ_ℓ = factor · mean(eigenvalues of block ℓ)} (Grosse et al., 2023, §3, with factor 0.1). The mean of the
     * eigenvalues is the mean of the diagonal, in any orthonormal basis.
     *
     * @param diagonal of the curvature in some orthonormal basis of each block, flat
     */
    public static Damping relative(BlockSpace space, double factor, double[] diagonal) {
        double[] perBlock = new double[space.blocks().size()];
        for (int i = 0; i < perBlock.length; i++) {
            double sum = 0;
            for (int j = space.offset(i); j < space.offset(i + 1); j++) {
                sum += diagonal[j];
            }
            perBlock[i] = factor * sum / space.blocks().get(i).size();
        }
        return new Damping(perBlock);
    }

    @Override
    public double[] perBlock() {
        return perBlock.clone();
    }

    /** The damping of block {@code i}. */
    public double of(int i) {
        return perBlock[i];
    }

    /** The smallest damping of any block. */
    public double smallest() {
        return Arrays.stream(perBlock).min().orElse(0);
    }

    /** {@code diag(λ)}, flat over the space. */
    public double[] diagonal(BlockSpace space) {
        double[] diagonal = new double[space.dimension()];
        for (int i = 0; i < perBlock.length; i++) {
            Arrays.fill(diagonal, space.offset(i), space.offset(i + 1), perBlock[i]);
        }
        return diagonal;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Damping damping && Arrays.equals(perBlock, damping.perBlock);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(perBlock);
    }

    @Override
    public String toString() {
        return Arrays.toString(perBlock);
    }
}
