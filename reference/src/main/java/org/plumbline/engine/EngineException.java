package org.plumbline.engine;

import org.plumbline.PlumblineException;

/** A program that cannot be run: an input that is missing or does not fit, an index out of bounds. */
public final class EngineException extends PlumblineException {
    public EngineException(String message) {
        super(message);
    }
}
