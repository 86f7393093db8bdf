package org.plumbline.engine;

import org.plumbline.PlumblineException;

/** There is no engine of this name; the message says which there are. */
public final class UnknownEngineException extends PlumblineException {
    public UnknownEngineException(String message) {
        super(message);
    }
}
