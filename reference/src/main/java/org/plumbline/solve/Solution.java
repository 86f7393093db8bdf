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

    /** Products with {@code C + D} that went into {@code x}. */
    public int iterations() {
        return statistics.iterations();
    }

    /** Whether the residual is within the tolerance asked for. */
    public boolean converged() {
        return statistics.converged();
    }

    /** A bound on the error of {@code gᵀx} for positive semi-definite {@code C}; see {@link SolveStatistics#errorBound}. */
    public double errorBound(double[] g) {
        return statistics.errorBound(g);
    }
}
