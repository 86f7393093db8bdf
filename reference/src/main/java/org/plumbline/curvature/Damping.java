package org.plumbline.curvature;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

    /**
     * As {@link #relative}, of a curvature that is positive semi-definite by construction: an entry below zero is there
     * by rounding, and counts as zero.
     */
    public static Damping relativeToSemiDefinite(BlockSpace space, double factor, double[] diagonal) {
        return relative(space, factor, Arrays.stream(diagonal).map(entry -> Math.max(0, entry)).toArray());
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

    /**
     * @throws SolveException if there is not one damping for each block
     */
    public void requireFits(BlockSpace space) {
        if (perBlock.length != space.blocks().size()) {
            throw new SolveException("found damping for " + perBlock.length + " blocks, expected one for each of "
                    + space.blocks().size());
        }
    }

    /** Whether a curvature's diagonal and the damping vanish together in block {@code i}. */
    public boolean isNull(BlockSpace space, double[] diagonal, int i) {
        return perBlock[i] == 0
                && Arrays.stream(diagonal, space.offset(i), space.offset(i + 1)).allMatch(value -> value == 0);
    }

    /** Names of the blocks in which a curvature's diagonal and the damping vanish together. */
    public List<String> nullBlocks(BlockSpace space, double[] diagonal) {
        return IntStream.range(0, perBlock.length)
                .filter(i -> isNull(space, diagonal, i))
                .mapToObj(i -> space.blocks().get(i).name())
                .toList();
    }

    /**
     * {@code 1 / (d + λ_ℓ)} for a diagonal; zero throughout a {@linkplain #isNull null} block, so that it contributes
     * nothing.
     *
     * @param diagonal {@code d}, flat over the space
     * @throws SolveException if {@code d + λ_ℓ} is not positive somewhere in another block
     */
    double[] reciprocals(BlockSpace space, double[] diagonal) {
        double[] reciprocals = new double[diagonal.length];
        for (int i = 0; i < perBlock.length; i++) {
            if (isNull(space, diagonal, i)) {
                continue;
            }
            for (int j = space.offset(i); j < space.offset(i + 1); j++) {
                double divisor = diagonal[j] + perBlock[i];
                if (!(divisor > 0)) {
                    throw new SolveException("block '" + space.blocks().get(i).name() + "': found eigenvalue "
                            + diagonal[j] + " with damping " + perBlock[i]
                            + ", expected a positive sum; more damping makes it so");
                }
                reciprocals[j] = 1 / divisor;
            }
        }
        return reciprocals;
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
