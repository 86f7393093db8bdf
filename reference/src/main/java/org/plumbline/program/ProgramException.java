package org.plumbline.program;

import org.plumbline.PlumblineException;

/** A program that cannot be built: shapes or types that do not fit, a name that is missing or taken. */
public final class ProgramException extends PlumblineException {
    public ProgramException(String message) {
        super(message);
    }
}
