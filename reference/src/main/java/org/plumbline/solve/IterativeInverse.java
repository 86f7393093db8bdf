package org.plumbline.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.InverseCurvature;

/**
 * An iterative solver as an inverse curvature that remembers how well it solved each system, in the order of the calls.
 */
public final class IterativeInverse implements InverseCurvature {
    private final BlockSpace space;
    private final Function<double[][], List<Solution>> solver;
    private final List<SolveStatistics> statistics = new ArrayList<>();

    IterativeInverse(BlockSpace space, Function<double[][], List<Solution>> solver) {
        this.space = space;
        this.solver = solver;
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        return applyAll(new double[][] {v})[0];
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        List<Solution> solutions = solver.apply(vectors);
        synchronized (statistics) {
            solutions.forEach(solution -> statistics.add(solution.statistics()));
        }
        return solutions.stream().map(Solution::x).toArray(double[][]::new);
    }

    /** How well each system so far was solved. */
    public List<SolveStatistics> statistics() {
        synchronized (statistics) {
            return List.copyOf(statistics);
        }
    }

    /** The largest relative residual of any system so far; zero before the first. */
    public double largestRelativeResidual() {
        return statistics().stream().mapToDouble(SolveStatistics::relativeResidual).max().orElse(0);
    }
}
