package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.Strategy;

/** Fits of strategies that multiply with the exact curvature, by their names. */
public final class ExactFit {
    /** Products of Lanczos' iteration for each Ritz pair that is kept. */
    private static final int STEPS_PER_PAIR = 2;

    private ExactFit() {}

    /**
     * The Ritz pairs or the projection of a curvature.
     *
     * @param strategy one that {@linkplain Strategy#hasProducts multiplies} with the curvature
     * @param size rank, width or dimension
     * @param seed of the starting vector or the projection
     */
    public static FittedCurvature of(Strategy strategy, int size, long seed, Curvature curvature) {
        if (strategy == Strategy.LANCZOS) {
            int rank = Math.min(size, curvature.space().dimension());
            return new WoodburyCurvature(new LanczosLowRank(
                    rank, steps(rank, curvature.space()), seed).fit(curvature));
        }
        return ProjectedCurvature.of(curvature, projection(strategy, size, seed, curvature.space()));
    }

    /** The projection of {@code logra} or {@code trak}. */
    public static GradientProjection projection(Strategy strategy, int size, long seed, BlockSpace space) {
        return switch (strategy) {
            case LOGRA -> KroneckerProjection.random(space, size, seed);
            case TRAK -> new GaussianProjection(space, size, seed);
            default -> throw new IllegalArgumentException(strategy + " has no projection");
        };
    }

    /** Number of products of a fit. */
    public static long products(Strategy strategy, int size, BlockSpace space) {
        return switch (strategy) {
            case LANCZOS -> steps(Math.min(size, space.dimension()), space);
            case LOGRA -> space.blocks().stream()
                    .mapToLong(block -> (long) Math.min(size, block.rows()) * Math.min(size, block.columns()))
                    .sum();
            case TRAK -> (long) size * space.blocks().size();
            default -> 0;
        };
    }

    private static int steps(int rank, BlockSpace space) {
        return Math.min(STEPS_PER_PAIR * rank, space.dimension());
    }
}
