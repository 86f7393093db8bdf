package org.plumbline.engine;

/** There is no engine of this name; the message says which there are. */
public final class UnknownEngineException extends IllegalArgumentException {
    public UnknownEngineException(String message) {
        super(message);
    }
}
