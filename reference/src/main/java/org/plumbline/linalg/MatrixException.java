package org.plumbline.linalg;

import org.plumbline.PlumblineException;

/** A matrix that an algorithm cannot use: of the wrong length, not finite, or not symmetric beyond rounding. */
public class MatrixException extends PlumblineException {

    /**
     * @param message what was found where, and what was expected
     */
    public MatrixException(String message) {
        super(message);
    }
}
