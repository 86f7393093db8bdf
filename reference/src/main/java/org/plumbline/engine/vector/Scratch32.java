// Derived from Scratch64.java by FloatTwin, which tells how: change that file.
package org.plumbline.engine.vector;

/** Scratch arrays of one thread, above all for copied operands: they grow to what was asked for and are used again. */
final class Scratch32 {

    private static final ThreadLocal<Scratch32> OF_THREAD = ThreadLocal.withInitial(Scratch32::new);

    private float[] b = {};
    private final float[] tile = new float[Tile32.MOST_ROWS * Tile32.LANES];

    private Scratch32() {}

    /** Returns the scratch of the calling thread. */
    static Scratch32 get() {
        return OF_THREAD.get();
    }

    /** Returns an array for columns of the right operand, at least {@code length} long, with arbitrary contents. */
    float[] b(int length) {
        if (b.length < length) {
            b = new float[length];
        }
        return b;
    }

    /** Returns room for one tile of {@link Tile32#MOST_ROWS} by one vector. */
    float[] tile() {
        return tile;
    }
}
