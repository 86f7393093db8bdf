package org.plumbline.linalg;

/** A matrix that an algorithm cannot use: of the wrong length, not finite, or not symmetric beyond rounding. */
public class MatrixException extends IllegalArgumentException {

    /**
     * @param message what was found where, and what was expected
     */
    public MatrixException(String message) {
        super(message);
    }
}
