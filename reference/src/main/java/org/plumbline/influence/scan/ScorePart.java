package org.plumbline.influence.scan;

/**
 * Scores of neighboring sequences.
 *
 * @param from number of the first of them
 * @param queries number of queries
 * @param layers {@code [layers][sequences · queries]}: the score of each layer alone
 * @param tokens {@code [sequences][T_m · queries]}: the score of each position, over all layers; empty if
 *     none were asked for
 */
public record ScorePart(int from, int queries, double[][] layers, double[][] tokens) {

    /** Number of sequences. */
    public int sequences() {
        return layers[0].length / queries;
    }

    /** Bytes of its arrays' elements. */
    public long bytes() {
        long elements = (long) layers.length * layers[0].length;
        for (double[] cells : tokens) {
            elements += cells.length;
        }
        return elements * Double.BYTES;
    }

    /** The sum over layers, {@code [sequences · queries]}. */
    public double[] totals() {
        double[] totals = new double[layers[0].length];
        for (double[] layer : layers) {
            for (int i = 0; i < totals.length; i++) {
                totals[i] += layer[i];
            }
        }
        return totals;
    }
}
