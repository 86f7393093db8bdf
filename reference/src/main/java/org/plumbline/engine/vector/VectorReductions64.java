package org.plumbline.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.plumbline.engine.Workers;

/**
 * Sums, dot products and maxima with the Vector API, in an order of summation that is part of the contract.
 *
 * <p>A sum across a row cannot run in index order and be fast. Here it is cut into {@value #PARTIALS} partial sums, element
 * {@code i} going to number {@code i mod} {@value #PARTIALS}, each in index order; these are then added pairwise, number
 * {@code i} to number {@code i + 16}, then {@code i + 8}, and so on. Rows shorter than {@value #PARTIALS} are added in index
 * order, as are sums down a column of any length. So the result depends on neither the vector length of the machine nor the
 * number of threads. A row of {@code k} errs by at most {@code (k/32 + 6) ε Σ|x|} to first order, a column by {@code k ε Σ|x|}.
 */
public final class VectorReductions64 {

    /** Number of partial sums of a row; a multiple of every vector length, and enough to hide an addition's latency. */
    static final int PARTIALS = 32;

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Elements that are worth handing to another thread. */
    private static final int SHARE = 1 << 15;

    private VectorReductions64() {}

    /**
     * Sums over the middle axis: {@code y[o][i] = Σ_m x[o][m][i]}. With {@code inner = 1} these are the sums of rows, with
     * {@code outer = 1} the sums of columns.
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
            byRows(outer, mid, workers, row -> y[row] = rowSum(x, row * mid, mid));
            return;
        }
        byRows(outer, mid * inner, workers, o -> columnSums(x, o * mid * inner, mid, inner, y, o * inner));
    }

    /**
     * Returns {@code Σ_i x[startX + i] y[startY + i]}, summed like a row, every product fused into its partial sum.
     *
     * @throws IndexOutOfBoundsException if either range leaves its array
     */
    public static double dot(double[] x, int startX, double[] y, int startY, int length) {
        if (length < PARTIALS) {
            double sum = 0.0;
            for (int i = 0; i < length; i++) {
                sum = Math.fma(x[startX + i], y[startY + i], sum);
            }
            return sum;
        }
        double[] partial = Scratch64.get().partials();
        int whole = length - length % PARTIALS;
        for (int lane = 0; lane < PARTIALS; lane += LANES) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int i = lane; i < whole; i += PARTIALS) {
                sum = DoubleVector.fromArray(SPECIES, x, startX + i).fma(DoubleVector.fromArray(SPECIES, y, startY + i), sum);
            }
            sum.intoArray(partial, lane);
        }
        for (int i = whole; i < length; i++) {
            partial[i - whole] = Math.fma(x[startX + i], y[startY + i], partial[i - whole]);
        }
        return pairwise(partial);
    }

    /**
     * Takes the maximum of every row: {@code y[r] = max_j x[r][j]}; a row that holds a NaN has the maximum NaN, an empty one
     * minus infinity.
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
        byRows(rows, columns, workers, row -> y[row] = rowMax(x, row * columns, columns));
    }

    private static double rowSum(double[] x, int start, int length) {
        if (length < PARTIALS) {
            double sum = 0.0;
            for (int i = 0; i < length; i++) {
                sum += x[start + i];
            }
            return sum;
        }
        double[] partial = Scratch64.get().partials();
        int whole = length - length % PARTIALS;
        for (int lane = 0; lane < PARTIALS; lane += LANES) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int i = lane; i < whole; i += PARTIALS) {
                sum = sum.add(DoubleVector.fromArray(SPECIES, x, start + i));
            }
            sum.intoArray(partial, lane);
        }
        for (int i = whole; i < length; i++) {
            partial[i - whole] += x[start + i];
        }
        return pairwise(partial);
    }

    private static double pairwise(double[] partial) {
        for (int half = PARTIALS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[0];
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

    /** What to do for one row. */
    private interface Row {
        void reduce(int row);
    }

    private static void byRows(int rows, int length, Workers workers, Row each) {
        long shares = Math.min((long) rows * length / SHARE, 4L * workers.threads());
        int perShare = Math.max(1, Math.ceilDiv(rows, (int) Math.max(1, shares)));
        workers.forEach(Math.ceilDiv(rows, perShare), share -> {
            for (int row = share * perShare; row < Math.min(rows, (share + 1) * perShare); row++) {
                each.reduce(row);
            }
        });
    }

    private static void check(String name, int length, long expected) {
        if (length < expected) {
            throw new IllegalArgumentException(name + " has length " + length + ", expected at least " + expected);
        }
    }
}
