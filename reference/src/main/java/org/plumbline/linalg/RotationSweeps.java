package org.plumbline.linalg;

/**
 * Sweeps of plane rotations, collected to be applied together. A sweep turns axes {@code (i, i + 1)} for one {@code i}
 * after another, downwards from its top without gaps: {@code (x, y) ← (c·x − s·y, s·x + c·y)}.
 *
 * <p>Rotation {@code i} of sweep {@code s} has to wait for rotation {@code i + 1} of its own sweep, and for rotations
 * {@code i − 1} to {@code i + 1} of earlier ones: with {@code q = s − i}, for rotations with a smaller {@code q} and
 * those with the same {@code q} and a smaller {@code s}. So two sweeps proceed together, the second a row behind the
 * first, which halves the rows that are loaded and stored (Van Zee, van de Geijn and Quintana-Ortí, "Restructuring the
 * tridiagonal and bidiagonal QR algorithms for performance", ACM Transactions on Mathematical Software 40, 2014, who
 * call it a wavefront). Rotations that share a row keep their order: the result is that of one after another, to the
 * last bit.
 */
final class RotationSweeps {

    private final int[] top;
    /** Where the rotations of a sweep begin; one more for where those of the last one end. */
    private final int[] start;

    private final double[] cosine;
    private final double[] sine;
    private int sweeps;

    /**
     * @param sweeps how many sweeps find room
     * @param longest the most rotations of a sweep
     */
    RotationSweeps(int sweeps, int longest) {
        this.top = new int[sweeps];
        this.start = new int[sweeps + 1];
        this.cosine = new double[sweeps * longest];
        this.sine = new double[sweeps * longest];
    }

    /** Whether there is no room for another sweep. */
    boolean isFull() {
        return sweeps == top.length;
    }

    /** Begins a sweep at axes {@code (axis, axis + 1)}. */
    void begin(int axis) {
        top[sweeps++] = axis;
        start[sweeps] = start[sweeps - 1];
    }

    /** Adds the next rotation to the sweep that was begun last. */
    void add(double c, double s) {
        int at = start[sweeps]++;
        cosine[at] = c;
        sine[at] = s;
    }

    /** Forgets all sweeps. */
    void clear() {
        sweeps = 0;
    }

    /** Rotates the rows of a matrix of {@code width} columns, a multiple of 32. */
    void apply(double[] x, int width) {
        for (int s = 0; s < sweeps; s += 2) {
            int last = Math.min(s + 1, sweeps - 1);
            int begin = Math.min(firstOf(s), firstOf(last));
            int end = Math.max(endOf(s), endOf(last));
            int from = Math.max(firstOf(s), firstOf(last));
            int to = Math.min(endOf(s), endOf(last));
            if (s < last && from < to) {
                oneByOne(x, width, s, last, begin, from);
                DenseLoops.sweepTwice(x, width, s - from, to - from, cosine, sine, at(s, from), at(last, from));
                oneByOne(x, width, s, last, to, end);
            } else {
                oneByOne(x, width, s, last, begin, end);
            }
        }
    }

    /** Rotations with {@code from ≤ q < to} of sweeps {@code first} and {@code last}, as far as there are such. */
    private void oneByOne(double[] x, int width, int first, int last, int from, int to) {
        for (int q = from; q < to; q++) {
            for (int s = first; s <= last; s++) {
                if (q >= firstOf(s) && q < endOf(s)) {
                    DenseLoops.rotate(x, width, s - q, cosine[at(s, q)], sine[at(s, q)]);
                }
            }
        }
    }

    /** The {@code q} of the first rotation of a sweep. */
    private int firstOf(int s) {
        return s - top[s];
    }

    /** One more than the {@code q} of the last rotation of a sweep. */
    private int endOf(int s) {
        return firstOf(s) + start[s + 1] - start[s];
    }

    /** Where the angle of rotation {@code q} of a sweep is kept. */
    private int at(int s, int q) {
        return start[s] + q - firstOf(s);
    }
}
