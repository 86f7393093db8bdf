package org.plumbline.curvature;

import org.plumbline.PlumblineException;

/**
 * A system that a solver cannot solve as asked: of the wrong size, not finite, singular, or with a step that diverges.
 */
public class SolveException extends PlumblineException {

    /**
     * @param message what was found, and what was expected
     */
    public SolveException(String message) {
        super(message);
    }
}
