package org.plumbline.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.plumbline.engine.Workers;

/**
 * Sums and maxima with the Vector API, in an order of summation that is part of the contract.
 *
 * <p>A sum across a row runs in the order of {@link VectorSums64}, a sum down a column in index order. So the result
 * depends on neither the vector length of the machine nor the number of threads. A column of {@code k} errs by at most
 * {@code k ε Σ|x|} to first order.
 */
public final class VectorReductions64 {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Elements that are worth handing to another thread. */
    private static final int SHARE = 1 << 15;

    private VectorReductions64() {}

    /**
     * Sums over the middle axis: {@code y[o][i] = Σ_m x[o][m][i]}. With {@code inner = 1} these are the sums of rows,
     * with {@code outer = 1} the sums of columns.
     *
     * @param x {@code [outer, mid, inner]}
     * @param y {@code [outer, inner]}, overwritten
     * @param outer size of the leading axis
     * @param mid size of the axis summed over; 0 gives zeros
     * @param inner size of the trailing axis
     * @param workers threads to share the work; the result does not depend on them
     * @throws IllegalArgumentException if an array is too short
     */
    public static void sumMiddle(double[] x, double[] y, int outer, int mid, int inner, Workers workers) {
        check("x", x.length, (long) outer * mid * inner);
        check("y", y.length, (long) outer * inner);
        if (inner == 1) {
            byRows(outer, mid, workers, (from, to) -> {
                for (int row = from; row < to; row++) {
                    y[row] = VectorSums64.sum(x, row * mid, mid);
                }
            });
            return;
        }
        byRows(outer, mid * inner, workers, (from, to) -> {
            for (int o = from; o < to; o++) {
                columnSums(x, o * mid * inner, mid, inner, y, o * inner);
            }
        });
    }

    /**
     * Takes the maximum of every row: {@code y[r] = max_j x[r][j]}; a row that holds a NaN has the maximum NaN, an
     * empty one minus infinity.
     *
     * @param x {@code [rows, columns]}
     * @param y {@code [rows]}, overwritten
     * @param rows number of rows
     * @param columns length of a row
     * @param workers threads to share the work
     * @throws IllegalArgumentException if an array is too short
     */
    public static void maxLast(double[] x, double[] y, int rows, int columns, Workers workers) {
        check("x", x.length, (long) rows * columns);
        check("y", y.length, rows);
        byRows(rows, columns, workers, (from, to) -> {
            for (int row = from; row < to; row++) {
                y[row] = rowMax(x, row * columns, columns);
            }
        });
    }

    /** Adds {@code mid} rows of {@code inner} elements; the last vector of a row begins early enough to fit. */
    private static void columnSums(double[] x, int start, int mid, int inner, double[] y, int startY) {
        if (inner < LANES) {
            Arrays.fill(y, startY, startY + inner, 0.0);
            for (int m = 0; m < mid; m++) {
                for (int i = 0; i < inner; i++) {
                    y[startY + i] += x[start + m * inner + i];
                }
            }
            return;
        }
        int done = 0;
        for (; done <= inner - 4 * LANES; done += 4 * LANES) {
            fourVectorsOfColumns(x, start + done, mid, inner, y, startY + done);
        }
        for (; done < inner; done += LANES) {
            int i = Math.min(done, inner - LANES);
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int m = 0; m < mid; m++) {
                sum = sum.add(DoubleVector.fromArray(SPECIES, x, start + m * inner + i));
            }
            sum.intoArray(y, startY + i);
        }
    }

    private static void fourVectorsOfColumns(double[] x, int start, int mid, int inner, double[] y, int startY) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = DoubleVector.zero(SPECIES);
        DoubleVector s2 = DoubleVector.zero(SPECIES);
        DoubleVector s3 = DoubleVector.zero(SPECIES);
        for (int m = 0; m < mid; m++) {
            int row = start + m * inner;
            s0 = s0.add(DoubleVector.fromArray(SPECIES, x, row));
            s1 = s1.add(DoubleVector.fromArray(SPECIES, x, row + LANES));
            s2 = s2.add(DoubleVector.fromArray(SPECIES, x, row + 2 * LANES));
            s3 = s3.add(DoubleVector.fromArray(SPECIES, x, row + 3 * LANES));
        }
        s0.intoArray(y, startY);
        s1.intoArray(y, startY + LANES);
        s2.intoArray(y, startY + 2 * LANES);
        s3.intoArray(y, startY + 3 * LANES);
    }

    /** A maximum is exact, so its order is free. */
    private static double rowMax(double[] x, int start, int length) {
        double max = Double.NEGATIVE_INFINITY;
        int i = 0;
        if (length >= 4 * LANES) {
            DoubleVector m0 = DoubleVector.fromArray(SPECIES, x, start);
            DoubleVector m1 = DoubleVector.fromArray(SPECIES, x, start + LANES);
            for (i = 2 * LANES; i <= length - 2 * LANES; i += 2 * LANES) {
                m0 = m0.max(DoubleVector.fromArray(SPECIES, x, start + i));
                m1 = m1.max(DoubleVector.fromArray(SPECIES, x, start + i + LANES));
            }
            max = m0.max(m1).reduceLanes(VectorOperators.MAX);
        }
        for (; i < length; i++) {
            max = Math.max(max, x[start + i]);
        }
        return max;
    }

    /** What to do for rows {@code from … to − 1}. */
    private interface Rows {
        void reduce(int from, int to);
    }

    private static void byRows(int rows, int length, Workers workers, Rows some) {
        long shares = Math.min((long) rows * length / SHARE, 4L * workers.threads());
        int perShare = Math.max(1, Math.ceilDiv(rows, (int) Math.max(1, shares)));
        workers.forEach(Math.ceilDiv(rows, perShare),
                share -> some.reduce(share * perShare, Math.min(rows, (share + 1) * perShare)));
    }

    private static void check(String name, int length, long expected) {
        if (length < expected) {
            throw new IllegalArgumentException(name + " has length " + length + ", expected at least " + expected);
        }
    }
}
