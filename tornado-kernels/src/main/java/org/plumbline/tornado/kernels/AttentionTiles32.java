// Derived from AttentionTiles64.java by FloatTwin, which tells how: change that file.
package org.plumbline.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Attention weights, {@code softmax(scale · Q Kᵀ + mask)}, whose scores never reach the device's memory: what a
 * product, a scaling, a sum and a softmax over rows compute.
 *
 * <p>A group of {@value #SIDE} × {@value #SIDE} work-items computes {@value #TILE} rows. It sweeps over the keys twice,
 * {@value #TILE} of them at a time as {@link MatmulTiles32} does: in the first sweep each work-item keeps the largest
 * of its scores of a row and the sum of their exponentials, rescaled when a larger one comes (Milakov and Gimelshein,
 * 2018, algorithm 3), and the group combines them; the second computes the scores again, instead of writing and reading
 * them, and writes the weights. These are wanted in memory: every derivative reads them.
 */
public final class AttentionTiles32 {
    /** Rows of a group, and keys of a step. */
    public static final int TILE = MatmulTiles32.TILE;

    /** Rows and columns of a group of work-items. */
    public static final int SIDE = MatmulTiles32.SIDE;

    /** Passes over the keys. */
    public static final int SWEEPS = 2;

    private static final int DEPTH = 16;

    /** Distance of neighbouring steps of a strip: one more than a tile, against bank conflicts. */
    private static final int PITCH = TILE + 1;

    private static final int ITEMS = SIDE * SIDE;

    private AttentionTiles32() {}

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
    public static void weights(KernelContext context, float[] q, float[] k, float[] mask, float[] y, int[] sizes,
            float scale) {
        int m = sizes[2];
        int depth = sizes[3];
        int n = sizes[4];
        int sweeps = sizes[6];
        float[] left = context.allocateFloatLocalArray(DEPTH * PITCH);
        float[] right = context.allocateFloatLocalArray(DEPTH * PITCH);
        float[] maxima = context.allocateFloatLocalArray(TILE * SIDE);
        float[] totals = context.allocateFloatLocalArray(TILE * SIDE);
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
        float max0 = 0;
        float max1 = 0;
        float max2 = 0;
        float max3 = 0;
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (int column0 = 0; column0 < n; column0 += TILE) {
                float c00 = 0;
                float c01 = 0;
                float c02 = 0;
                float c03 = 0;
                float c10 = 0;
                float c11 = 0;
                float c12 = 0;
                float c13 = 0;
                float c20 = 0;
                float c21 = 0;
                float c22 = 0;
                float c23 = 0;
                float c30 = 0;
                float c31 = 0;
                float c32 = 0;
                float c33 = 0;
                for (int p0 = 0; p0 < depth; p0 += DEPTH) {
                    for (int e = item; e < TILE * DEPTH; e += ITEMS) {
                        int i = e / DEPTH;
                        int p = e % DEPTH;
                        float elementQ = 0;
                        if (row0 + i < m && p0 + p < depth) {
                            elementQ = q[startQ + (row0 + i) * depth + p0 + p];
                        }
                        left[p * PITCH + i] = elementQ;
                        float elementK = 0;
                        if (column0 + i < n && p0 + p < depth) {
                            elementK = k[startK + (column0 + i) * depth + p0 + p];
                        }
                        right[p * PITCH + i] = elementK;
                    }
                    context.localBarrier();
                    for (int p = 0; p < DEPTH; p++) {
                        float q0 = left[p * PITCH + w];
                        float q1 = left[p * PITCH + w + SIDE];
                        float q2 = left[p * PITCH + w + 2 * SIDE];
                        float q3 = left[p * PITCH + w + 3 * SIDE];
                        float k0 = right[p * PITCH + x];
                        float k1 = right[p * PITCH + x + SIDE];
                        float k2 = right[p * PITCH + x + 2 * SIDE];
                        float k3 = right[p * PITCH + x + 3 * SIDE];
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
                    float was0 = max0;
                    float was1 = max1;
                    float was2 = max2;
                    float was3 = max3;
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
                float largest = maxima[first];
                for (int i = first + 1; i < first + SIDE; i++) {
                    if (totals[i] != 0 && maxima[i] > largest) {
                        largest = maxima[i];
                    }
                }
                float total = 0;
                for (int i = first; i < first + SIDE; i++) {
                    if (totals[i] != 0) {
                        total += totals[i] * (float) Math.exp(maxima[i] - largest);
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
    private static float largest(float was, float sum, float c0, float c1, float c2, float c3, float scale,
            float[] mask, int at, int column, int n) {
        float largest = was;
        if (column < n) {
            float score = scale * c0 + mask[at + column];
            if (sum == 0 || score > largest) {
                largest = score;
            }
        }
        if (column + SIDE < n) {
            float score = scale * c1 + mask[at + column + SIDE];
            largest = score > largest ? score : largest;
        }
        if (column + 2 * SIDE < n) {
            float score = scale * c2 + mask[at + column + 2 * SIDE];
            largest = score > largest ? score : largest;
        }
        if (column + 3 * SIDE < n) {
            float score = scale * c3 + mask[at + column + 3 * SIDE];
            largest = score > largest ? score : largest;
        }
        return largest;
    }

    /** {@code Σ e^(score − largest)} of a row so far. */
    private static float total(float was, float sum, float largest, float c0, float c1, float c2, float c3,
            float scale, float[] mask, int at, int column, int n) {
        float total = 0;
        if (sum != 0) {
            total = sum * (float) Math.exp(was - largest);
        }
        if (column < n) {
            total += (float) Math.exp(scale * c0 + mask[at + column] - largest);
        }
        if (column + SIDE < n) {
            total += (float) Math.exp(scale * c1 + mask[at + column + SIDE] - largest);
        }
        if (column + 2 * SIDE < n) {
            total += (float) Math.exp(scale * c2 + mask[at + column + 2 * SIDE] - largest);
        }
        if (column + 3 * SIDE < n) {
            total += (float) Math.exp(scale * c3 + mask[at + column + 3 * SIDE] - largest);
        }
        return total;
    }

    private static void store(float[] y, int row, int edge, float largest, float total, float c0, float c1,
            float c2, float c3, float scale, float[] mask, int at, int column, int n) {
        if (row < edge) {
            int to = row * n + column;
            if (column < n) {
                y[to] = (float) Math.exp(scale * c0 + mask[at + column] - largest) / total;
            }
            if (column + SIDE < n) {
                y[to + SIDE] = (float) Math.exp(scale * c1 + mask[at + column + SIDE] - largest) / total;
            }
            if (column + 2 * SIDE < n) {
                y[to + 2 * SIDE] = (float) Math.exp(scale * c2 + mask[at + column + 2 * SIDE] - largest) / total;
            }
            if (column + 3 * SIDE < n) {
                y[to + 3 * SIDE] = (float) Math.exp(scale * c3 + mask[at + column + 3 * SIDE] - largest) / total;
            }
        }
    }
}
