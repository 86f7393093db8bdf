package org.plumbline.solve;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.SolveException;

/**
 * The dominant eigenpairs of a curvature by Arnoldi's iteration (Schioppa, Zablotskaia, Vilar and Sokolov, <em>Scaling
 * Up Influence Functions</em>, 2022), which for a symmetric operator is that of Lanczos: after {@code steps} products
 * from a random vector, the {@code rank} Ritz pairs of largest magnitude. The Ritz vectors are orthonormal to rounding;
 * each {@code θ} lies between the smallest and the largest eigenvalue.
 *
 * <p>Cost: {@code steps} products and vectors, {@code 4 steps² P} operations.
 *
 * @param rank {@code r} at most; fewer where the curvature has a smaller Krylov space
 * @param steps at least {@code rank}; the more there are, the nearer Ritz pairs are to eigenpairs
 * @param seed of the random start
 */
public record LanczosLowRank(int rank, int steps, long seed) {

    /**
     * @throws SolveException if the rank is not positive or exceeds the steps
     */
    public LanczosLowRank {
        if (rank < 1 || steps < rank) {
            throw new SolveException(
                    "found rank " + rank + " of " + steps + " steps, expected at least 1 and as many steps");
        }
    }

    /** The low-rank approximation of {@code curvature}, eigenvalues of largest magnitude first. */
    public LowRankCurvature fit(Curvature curvature) {
        double[] noDamping = new double[curvature.space().dimension()];
        Lanczos lanczos = Lanczos.of(curvature, noDamping, steps, seed);
        double[] values = lanczos.values();
        List<Integer> kept = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> Math.abs(values[i])).reversed())
                .limit(rank)
                .toList();
        return new LowRankCurvature(
                curvature.space(),
                kept.stream().map(lanczos::ritzVector).toArray(double[][]::new),
                kept.stream().mapToDouble(i -> values[i]).toArray());
    }
}
