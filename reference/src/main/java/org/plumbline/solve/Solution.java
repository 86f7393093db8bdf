package org.plumbline.solve;

/**
 * What an iterative solver found for one right side.
 *
 * @param x the approximate solution of {@code (C + D) x = v}
 * @param statistics how well it solves it
 */
public record Solution(double[] x, SolveStatistics statistics) {

    /** {@code ‖v − (C + D) x‖}; see {@link SolveStatistics#residualNorm}. */
    public double residualNorm() {
        return statistics.residualNorm();
    }

    /** Iterations that led to {@code x}, as the solver counts them. */
    public int iterations() {
        return statistics.iterations();
    }

    /** Whether the residual is within the tolerance asked for. */
    public boolean converged() {
        return statistics.converged();
    }

    /**
     * A bound on the error of {@code gᵀx} for positive semi-definite {@code C}; see {@link SolveStatistics#errorBound}.
     */
    public double errorBound(double[] g) {
        return statistics.errorBound(g);
    }
}
