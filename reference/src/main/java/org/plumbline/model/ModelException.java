package org.plumbline.model;

import org.plumbline.PlumblineException;

/** A model, its parameters or an example that do not fit together. */
public final class ModelException extends PlumblineException {
    public ModelException(String message) {
        super(message);
    }
}
