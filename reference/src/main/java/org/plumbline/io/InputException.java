package org.plumbline.io;

import org.plumbline.PlumblineException;

/**
 * Something a user gave cannot be used: a file, a tensor, an option. The message is one line that names it, says what
 * was found and what was expected; a program shows it as it is and exits with a non-zero code.
 */
public class InputException extends PlumblineException {

    /**
     * @param message what is wrong, with the name of the file, tensor or option
     */
    public InputException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong, with the name of the file, tensor or option
     * @param cause the failure underneath, for a stack trace
     */
    public InputException(String message, Throwable cause) {
        super(message, cause);
    }
}
