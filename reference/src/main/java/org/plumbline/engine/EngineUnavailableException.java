package org.plumbline.engine;

import org.plumbline.PlumblineException;

/** An engine that cannot be had on this machine, or not with these options; the message says what to do. */
public final class EngineUnavailableException extends PlumblineException {
    public EngineUnavailableException(String message) {
        super(message);
    }

    public EngineUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
