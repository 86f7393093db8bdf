package org.plumbline.solve;

import org.plumbline.curvature.SolveException;

/** An iteration that moves away from the solution. */
public final class DivergenceException extends SolveException {

    /**
     * @param message what was found, and what was expected
     */
    public DivergenceException(String message) {
        super(message);
    }
}
