package org.plumbline.batch;

import org.plumbline.PlumblineException;
import org.plumbline.engine.Precision;

/**
 * A number that is not finite where one was computed. Nothing made of it would be worth reading, so the computation
 * ends, and says where the first one came up.
 */
public final class NonFiniteException extends PlumblineException {

    /**
     * @param what what was computed: the tensor, its layer, the sequence or query
     * @param found a number that is not finite
     * @param precision that it was computed in
     */
    public NonFiniteException(String what, double found, Precision precision) {
        super(what + ": found " + found + ", expected finite numbers; " + switch (precision) {
            case SINGLE -> "if they overflow single precision, --precision double has the range";
            case DOUBLE -> "the weights, or what the model makes of them, are too large even for double precision";
        });
    }
}
