package org.plumbline.linalg;

import java.util.function.Consumer;

/**
 * The eigenvalues of a symmetric tridiagonal matrix by the implicit QL iteration with Wilkinson's shift: a similarity
 * {@code T ← Gᵀ T G} with plane rotations {@code G} until the off-diagonal is negligible (Parlett, <em>The Symmetric
 * Eigenvalue Problem</em>, §8.11–8.13; Dubrulle, Martin and Wilkinson, <em>Numerische Mathematik</em> 12, 1968). The
 * rotations go to a consumer many sweeps at a time. About {@code n²} rotations.
 */
final class TridiagonalQl {

    private static final double EPSILON = Math.ulp(1.0);
    /** Sweeps allowed for each eigenvalue on average; two are typical. */
    private static final int SWEEPS_PER_VALUE = 30;
    /** Above this, a square that underflows was too small to be added. */
    private static final double NEARLY_UNDERFLOWN = 0x1p-900;

    private final double[] d;
    private final double[] e;
    private final double negligible;
    private final RotationSweeps rotations;
    private final Consumer<RotationSweeps> consumer;

    private TridiagonalQl(double[] d, double[] e, RotationSweeps rotations, Consumer<RotationSweeps> consumer) {
        this.d = d;
        this.e = e;
        this.rotations = rotations;
        this.consumer = consumer;
        double norm = 0;
        for (int i = 0; i < d.length; i++) {
            norm = Math.max(norm, Math.abs(d[i]) + Math.abs(e[i]));
        }
        // Far below rounding; it ends the iteration on blocks that are nothing but rounding.
        this.negligible = EPSILON * EPSILON * norm;
    }

    /**
     * Replaces {@code diagonal} by the eigenvalues, unordered.
     *
     * @param diagonal {@code n} elements, the largest neither tiny nor huge: squares of what matters do not underflow
     * @param offDiagonal {@code n} elements, the last unused and 0; used up
     * @param sweeps how many sweeps are handed over at once
     * @param consumer takes the rotations of all sweeps in the order in which they happen; must not keep what it
     *     is given
     * @throws MatrixException if an off-diagonal element stays; the theory knows of no such matrix
     */
    static void diagonalize(
            double[] diagonal, double[] offDiagonal, int sweeps, Consumer<RotationSweeps> consumer) {
        TridiagonalQl ql =
                new TridiagonalQl(diagonal, offDiagonal, new RotationSweeps(sweeps, diagonal.length), consumer);
        long sweepsLeft = (long) SWEEPS_PER_VALUE * diagonal.length;
        for (int first = 0; first < diagonal.length; first++) {
            for (int last = ql.blockEnd(first); last > first; last = ql.blockEnd(first)) {
                if (sweepsLeft-- == 0) {
                    throw new MatrixException("eigenvalue " + first + " of " + diagonal.length + " did not converge");
                }
                ql.sweep(first, last);
            }
        }
        consumer.accept(ql.rotations);
    }

    /** The last index of the unreduced block that begins at {@code first}. */
    private int blockEnd(int first) {
        int m = first;
        while (m < d.length - 1
                && Math.abs(e[m]) > EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1])) + negligible) {
            m++;
        }
        return m;
    }

    /**
     * One shifted QL step on the block {@code first .. last}: a rotation at its end creates a bulge, which the others
     * chase to the start.
     */
    private void sweep(int first, int last) {
        // Wilkinson: the eigenvalue of the leading 2 × 2 block that is nearer to d[first].
        double half = (d[first + 1] - d[first]) / 2;
        double shift = d[first] - e[first] * (e[first] / (half + Math.copySign(Math.hypot(half, e[first]), half)));
        double g = d[last] - shift;
        double c = 1;
        double s = 1;
        double correction = 0;
        if (rotations.isFull()) {
            consumer.accept(rotations);
            rotations.clear();
        }
        rotations.begin(last - 1);
        for (int i = last - 1; i >= first; i--) {
            double bulge = s * e[i];
            double coupling = c * e[i];
            e[i + 1] = length(bulge, g);
            if (e[i + 1] == 0) {
                // Nothing is left to chase: the block has split here.
                d[i + 1] -= correction;
                e[last] = 0;
                return;
            }
            s = bulge / e[i + 1];
            c = g / e[i + 1];
            double corner = d[i + 1] - correction;
            double turned = (d[i] - corner) * s + 2 * c * coupling;
            correction = s * turned;
            d[i + 1] = corner + correction;
            g = c * turned - coupling;
            rotations.add(c, s);
        }
        d[first] -= correction;
        e[first] = g;
        e[last] = 0;
    }

    /** {@code √(x² + y²)}: {@link Math#hypot} takes ten times as long and is left what would underflow. */
    private static double length(double x, double y) {
        double square = x * x + y * y;
        return square > NEARLY_UNDERFLOWN ? Math.sqrt(square) : Math.hypot(x, y);
    }
}
