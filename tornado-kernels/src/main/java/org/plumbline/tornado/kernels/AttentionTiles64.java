package org.plumbline.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Attention weights, {@code softmax(scale · Q Kᵀ + mask)}, whose scores never reach the device's memory: what a
 * product, a scaling, a sum and a softmax over rows compute.
 *
 * <p>A group of {@value #SIDE} × {@value #SIDE} work-items computes {@value #TILE} rows. It sweeps over the keys twice,
 * {@value #TILE} of them at a time as {@link MatmulTiles64} does: in the first sweep each work-item keeps the largest
 * of its scores of a row and the sum of their exponentials, rescaled when a larger one comes (Milakov and Gimelshein,
 * 2018, algorithm 3), and the group combines them; the second computes the scores again, instead of writing and reading
 * them, and writes the weights. These are wanted in memory: every derivative reads them.
 */
public final class AttentionTiles64 {
    /** Rows of a group, and keys of a step. */
    public static final int TILE = MatmulTiles64.TILE;

    /** Rows and columns of a group of work-items. */
    public static final int SIDE = MatmulTiles64.SIDE;

    /** Passes over the keys. */
    public static final int SWEEPS = 2;

    private static final int DEPTH = 16;

    /** Distance of neighboring steps of a strip: one more than a tile, against bank conflicts. */
    private static final int PITCH = TILE + 1;

    private static final int ITEMS = SIDE * SIDE;

    private AttentionTiles64() {}

    /**
     * Computes {@code y[g] = softmax(scale · q[g % batchQ] · k[g % batchK]ᵀ + mask)} along rows. The grid has
     * {@code batch · ⌈m / TILE⌉} groups.
     *
     * @param q {@code batchQ} matrices {@code [m, depth]}
     * @param k {@code batchK} matrices {@code [n, depth]}
     * @param mask {@code rowsMask} rows of {@code n}, taken in turn by the rows of all {@code y[g]}
     * @param y the weights {@code [m, n]}, overwritten
     * @param sizes {@code batchQ, batchK, m, depth, n, rowsMask, SWEEPS}; the last must not be a constant to TornadoVM,
     *     which would unroll the barriers
     */
    public static void weights(KernelContext context, double[] q, double[] k, double[] mask, double[] y, int[] sizes,
            double scale) {
        int m = sizes[2];
        int depth = sizes[3];
        int n = sizes[4];
        int sweeps = sizes[6];
        double[] left = context.allocateDoubleLocalArray(DEPTH * PITCH);
        double[] right = context.allocateDoubleLocalArray(DEPTH * PITCH);
        double[] maxima = context.allocateDoubleLocalArray(TILE * SIDE);
        double[] totals = context.allocateDoubleLocalArray(TILE * SIDE);
        int tilesDown = (m + TILE - 1) / TILE;
        int x = context.localIdx;
        int w = context.localIdy;
        int item = w * SIDE + x;
        int g = context.groupIdx / tilesDown;
        int row0 = context.groupIdx % tilesDown * TILE;
        int startQ = g % sizes[0] * m * depth;
        int startK = g % sizes[1] * n * depth;
        int row = g * m + row0 + w;
        int rowsMask = sizes[5];
        int mask0 = row % rowsMask * n;
        int mask1 = (row + SIDE) % rowsMask * n;
        int mask2 = (row + 2 * SIDE) % rowsMask * n;
        int mask3 = (row + 3 * SIDE) % rowsMask * n;
        double max0 = 0;
        double max1 = 0;
        double max2 = 0;
        double max3 = 0;
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (int column0 = 0; column0 < n; column0 += TILE) {
                double c00 = 0;
                double c01 = 0;
                double c02 = 0;
                double c03 = 0;
                double c10 = 0;
                double c11 = 0;
                double c12 = 0;
                double c13 = 0;
                double c20 = 0;
                double c21 = 0;
                double c22 = 0;
                double c23 = 0;
                double c30 = 0;
                double c31 = 0;
                double c32 = 0;
                double c33 = 0;
                for (int p0 = 0; p0 < depth; p0 += DEPTH) {
                    for (int e = item; e < TILE * DEPTH; e += ITEMS) {
                        int i = e / DEPTH;
                        int p = e % DEPTH;
                        double elementQ = 0;
                        if (row0 + i < m && p0 + p < depth) {
                            elementQ = q[startQ + (row0 + i) * depth + p0 + p];
                        }
                        left[p * PITCH + i] = elementQ;
                        double elementK = 0;
                        if (column0 + i < n && p0 + p < depth) {
                            elementK = k[startK + (column0 + i) * depth + p0 + p];
                        }
                        right[p * PITCH + i] = elementK;
                    }
                    context.localBarrier();
                    for (int p = 0; p < DEPTH; p++) {
                        double q0 = left[p * PITCH + w];
                        double q1 = left[p * PITCH + w + SIDE];
                        double q2 = left[p * PITCH + w + 2 * SIDE];
                        double q3 = left[p * PITCH + w + 3 * SIDE];
                        double k0 = right[p * PITCH + x];
                        double k1 = right[p * PITCH + x + SIDE];
                        double k2 = right[p * PITCH + x + 2 * SIDE];
                        double k3 = right[p * PITCH + x + 3 * SIDE];
                        c00 += q0 * k0;
                        c01 += q0 * k1;
                        c02 += q0 * k2;
                        c03 += q0 * k3;
                        c10 += q1 * k0;
                        c11 += q1 * k1;
                        c12 += q1 * k2;
                        c13 += q1 * k3;
                        c20 += q2 * k0;
                        c21 += q2 * k1;
                        c22 += q2 * k2;
                        c23 += q2 * k3;
                        c30 += q3 * k0;
                        c31 += q3 * k1;
                        c32 += q3 * k2;
                        c33 += q3 * k3;
                    }
                    context.localBarrier();
                }
                int column = column0 + x;
                if (sweep == 0) {
                    double was0 = max0;
                    double was1 = max1;
                    double was2 = max2;
                    double was3 = max3;
                    max0 = largest(was0, sum0, c00, c01, c02, c03, scale, mask, mask0, column, n);
                    max1 = largest(was1, sum1, c10, c11, c12, c13, scale, mask, mask1, column, n);
                    max2 = largest(was2, sum2, c20, c21, c22, c23, scale, mask, mask2, column, n);
                    max3 = largest(was3, sum3, c30, c31, c32, c33, scale, mask, mask3, column, n);
                    sum0 = total(was0, sum0, max0, c00, c01, c02, c03, scale, mask, mask0, column, n);
                    sum1 = total(was1, sum1, max1, c10, c11, c12, c13, scale, mask, mask1, column, n);
                    sum2 = total(was2, sum2, max2, c20, c21, c22, c23, scale, mask, mask2, column, n);
                    sum3 = total(was3, sum3, max3, c30, c31, c32, c33, scale, mask, mask3, column, n);
                } else {
                    int edge = g * m + m;
                    store(y, row, edge, max0, sum0, c00, c01, c02, c03, scale, mask, mask0, column, n);
                    store(y, row + SIDE, edge, max1, sum1, c10, c11, c12, c13, scale, mask, mask1, column, n);
                    store(y, row + 2 * SIDE, edge, max2, sum2, c20, c21, c22, c23, scale, mask, mask2, column, n);
                    store(y, row + 3 * SIDE, edge, max3, sum3, c30, c31, c32, c33, scale, mask, mask3, column, n);
                }
            }
            // After the second sweep nobody reads what this leaves.
            maxima[item] = max0;
            maxima[ITEMS + item] = max1;
            maxima[2 * ITEMS + item] = max2;
            maxima[3 * ITEMS + item] = max3;
            totals[item] = sum0;
            totals[ITEMS + item] = sum1;
            totals[2 * ITEMS + item] = sum2;
            totals[3 * ITEMS + item] = sum3;
            context.localBarrier();
            if (item < TILE) {
                // The same over all work-items of a row, in place of the first's; those beyond the last key have none.
                int first = item * SIDE;
                double largest = maxima[first];
                for (int i = first + 1; i < first + SIDE; i++) {
                    if (totals[i] != 0 && maxima[i] > largest) {
                        largest = maxima[i];
                    }
                }
                double total = 0;
                for (int i = first; i < first + SIDE; i++) {
                    if (totals[i] != 0) {
                        total += totals[i] * Math.exp(maxima[i] - largest);
                    }
                }
                maxima[first] = largest;
                totals[first] = total;
            }
            context.localBarrier();
            max0 = maxima[w * SIDE];
            max1 = maxima[ITEMS + w * SIDE];
            max2 = maxima[2 * ITEMS + w * SIDE];
            max3 = maxima[3 * ITEMS + w * SIDE];
            sum0 = totals[w * SIDE];
            sum1 = totals[ITEMS + w * SIDE];
            sum2 = totals[2 * ITEMS + w * SIDE];
            sum3 = totals[3 * ITEMS + w * SIDE];
        }
    }

    /** The largest score of a row so far; {@code sum} is 0 before the first. */
    private static double largest(double was, double sum, double c0, double c1, double c2, double c3, double scale,
            double[] mask, int at, int column, int n) {
        double largest = was;
        if (column < n) {
            double score = scale * c0 + mask[at + column];
            if (sum == 0 || score > largest) {
                largest = score;
            }
        }
        if (column + SIDE < n) {
            double score = scale * c1 + mask[at + column + SIDE];
            largest = score > largest ? score : largest;
        }
        if (column + 2 * SIDE < n) {
            double score = scale * c2 + mask[at + column + 2 * SIDE];
            largest = score > largest ? score : largest;
        }
        if (column + 3 * SIDE < n) {
            double score = scale * c3 + mask[at + column + 3 * SIDE];
            largest = score > largest ? score : largest;
        }
        return largest;
    }

    /** {@code Σ e^(score − largest)} of a row so far. */
    private static double total(double was, double sum, double largest, double c0, double c1, double c2, double c3,
            double scale, double[] mask, int at, int column, int n) {
        double total = 0;
        if (sum != 0) {
            total = sum * Math.exp(was - largest);
        }
        if (column < n) {
            total += Math.exp(scale * c0 + mask[at + column] - largest);
        }
        if (column + SIDE < n) {
            total += Math.exp(scale * c1 + mask[at + column + SIDE] - largest);
        }
        if (column + 2 * SIDE < n) {
            total += Math.exp(scale * c2 + mask[at + column + 2 * SIDE] - largest);
        }
        if (column + 3 * SIDE < n) {
            total += Math.exp(scale * c3 + mask[at + column + 3 * SIDE] - largest);
        }
        return total;
    }

    private static void store(double[] y, int row, int edge, double largest, double total, double c0, double c1,
            double c2, double c3, double scale, double[] mask, int at, int column, int n) {
        if (row < edge) {
            int to = row * n + column;
            if (column < n) {
                y[to] = Math.exp(scale * c0 + mask[at + column] - largest) / total;
            }
            if (column + SIDE < n) {
                y[to + SIDE] = Math.exp(scale * c1 + mask[at + column + SIDE] - largest) / total;
            }
            if (column + 2 * SIDE < n) {
                y[to + 2 * SIDE] = Math.exp(scale * c2 + mask[at + column + 2 * SIDE] - largest) / total;
            }
            if (column + 3 * SIDE < n) {
                y[to + 3 * SIDE] = Math.exp(scale * c3 + mask[at + column + 3 * SIDE] - largest) / total;
            }
        }
    }
}
