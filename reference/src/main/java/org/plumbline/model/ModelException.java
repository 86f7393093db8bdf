package org.plumbline.model;

/** A model, its parameters or an example that do not fit together. */
public final class ModelException extends IllegalArgumentException {
    public ModelException(String message) {
        super(message);
    }
}
