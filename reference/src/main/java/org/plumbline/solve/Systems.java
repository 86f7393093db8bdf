package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;

/** What all solvers check and share: the system {@code (C + D) x = v} with {@code D = diag(λ_ℓ I)}. */
final class Systems {

    private Systems() {}

    /**
     * @throws SolveException if there is not one damping for each block
     */
    static void requireFits(BlockSpace space, Damping damping) {
        int found = damping.perBlock().length;
        if (found != space.blocks().size()) {
            throw new SolveException(
                    "found damping for " + found + " blocks, expected one for each of " + space.blocks().size());
        }
    }

    /**
     * @throws SolveException if the vector has another length or an element that is not finite
     */
    static void requireVector(BlockSpace space, double[] v) {
        if (v.length != space.dimension()) {
            throw new SolveException(
                    "found a vector of " + v.length + " elements, expected " + space.dimension() + " parameters");
        }
        for (int i = 0; i < v.length; i++) {
            if (!Double.isFinite(v[i])) {
                throw new SolveException(
                        "found " + v[i] + " at element " + i + " of a vector, expected finite numbers");
            }
        }
    }

    /** {@code (C + D) V}, given {@code diag(D)}. */
    static double[][] products(Curvature curvature, double[] damping, double[][] vectors) {
        if (vectors.length == 0) {
            return new double[0][];
        }
        double[][] products = curvature.applyAll(vectors);
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < damping.length; j++) {
                products[i][j] += damping[j] * vectors[i][j];
            }
        }
        return products;
    }

    /** {@code v − w}. */
    static double[] difference(double[] v, double[] w) {
        double[] difference = v.clone();
        for (int i = 0; i < w.length; i++) {
            difference[i] -= w[i];
        }
        return difference;
    }

    /** Whether a diagonal and the damping vanish together in block {@code i}. */
    static boolean isNull(BlockSpace space, double[] diagonal, Damping damping, int i) {
        return damping.of(i) == 0
                && Arrays.stream(diagonal, space.offset(i), space.offset(i + 1)).allMatch(value -> value == 0);
    }

    /** Names of the blocks in which a diagonal and the damping vanish together. */
    static List<String> nullBlocks(BlockSpace space, double[] diagonal, Damping damping) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            if (isNull(space, diagonal, damping, i)) {
                names.add(space.blocks().get(i).name());
            }
        }
        return List.copyOf(names);
    }

    /**
     * The divisors {@code d + λ_ℓ} of a diagonal system; infinite throughout a null block, so that it contributes zero.
     *
     * @throws SolveException if a divisor is not positive outside the null blocks
     */
    static double[] divisors(BlockSpace space, double[] diagonal, Damping damping) {
        double[] divisors = new double[diagonal.length];
        for (int i = 0; i < space.blocks().size(); i++) {
            if (isNull(space, diagonal, damping, i)) {
                Arrays.fill(divisors, space.offset(i), space.offset(i + 1), Double.POSITIVE_INFINITY);
                continue;
            }
            for (int j = space.offset(i); j < space.offset(i + 1); j++) {
                divisors[j] = diagonal[j] + damping.of(i);
                if (!(divisors[j] > 0)) {
                    throw new SolveException("block '" + space.blocks().get(i).name() + "': found eigenvalue "
                            + diagonal[j] + " with damping " + damping.of(i)
                            + ", expected a positive sum; more damping makes it so");
                }
            }
        }
        return divisors;
    }
}
