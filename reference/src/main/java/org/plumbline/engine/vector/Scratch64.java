package org.plumbline.engine.vector;

/** Scratch arrays of one thread, above all for copied operands: they grow to what was asked for and are used again. */
final class Scratch64 {

    private static final ThreadLocal<Scratch64> OF_THREAD = ThreadLocal.withInitial(Scratch64::new);

    private double[] b = {};
    private final double[] tile = new double[Tile64.MOST_ROWS * Tile64.LANES];

    private Scratch64() {}

    /** Returns the scratch of the calling thread. */
    static Scratch64 get() {
        return OF_THREAD.get();
    }

    /** Returns an array for columns of the right operand, at least {@code length} long, with arbitrary contents. */
    double[] b(int length) {
        if (b.length < length) {
            b = new double[length];
        }
        return b;
    }

    /** Returns room for one tile of {@link Tile64#MOST_ROWS} by one vector. */
    double[] tile() {
        return tile;
    }
}
