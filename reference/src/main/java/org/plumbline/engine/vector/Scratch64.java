package org.plumbline.engine.vector;

/** Scratch arrays of one thread, above all for packed operands: they grow to what was asked for and are used again. */
final class Scratch64 {

    private static final ThreadLocal<Scratch64> OF_THREAD = ThreadLocal.withInitial(Scratch64::new);

    private double[] a = {};
    private double[] b = {};
    private final double[] tile = new double[PackedTile64.ROWS * PackedTile64.COLUMNS];

    private Scratch64() {}

    /** Returns the scratch of the calling thread. */
    static Scratch64 get() {
        return OF_THREAD.get();
    }

    /** Returns an array for rows of the left operand, at least {@code length} long, with arbitrary contents. */
    double[] a(int length) {
        if (a.length < length) {
            a = new double[length];
        }
        return a;
    }

    /** Returns an array for columns of the right operand, at least {@code length} long, with arbitrary contents. */
    double[] b(int length) {
        if (b.length < length) {
            b = new double[length];
        }
        return b;
    }

    /** Returns room for one tile of {@link PackedTile64#ROWS} by {@link PackedTile64#COLUMNS}. */
    double[] tile() {
        return tile;
    }
}
