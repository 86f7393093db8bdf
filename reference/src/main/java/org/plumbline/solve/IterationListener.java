package org.plumbline.solve;

/** Told how an iterative solver gets on. */
@FunctionalInterface
public interface IterationListener {

    /** Hears nothing. */
    IterationListener NONE = (iteration, relativeResidual) -> { };

    /**
     * After each iteration.
     *
     * @param iteration number of iterations done
     * @param relativeResidual largest {@code ‖r‖ / ‖v‖} over the right sides not yet solved, as the solver knows it
     */
    void iterated(int iteration, double relativeResidual);
}
