package org.plumbline.engine;

/** The floating-point format in which an engine computes. */
public enum Precision {
    /** 32-bit, unit roundoff 6e-8: for scale. */
    SINGLE,
    /** 64-bit, unit roundoff 1.1e-16: wherever exactness is claimed. */
    DOUBLE;

    /** Bytes of one real number. */
    public int bytes() {
        return this == SINGLE ? Float.BYTES : Double.BYTES;
    }
}
