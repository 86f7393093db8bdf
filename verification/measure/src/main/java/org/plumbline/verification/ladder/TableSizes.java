package org.plumbline.verification.ladder;

import java.util.List;

/**
 * A perceptron and its table.
 *
 * @param rows training rows
 * @param queries rows that are asked about
 * @param hidden widths of the hidden layers, with tanh
 * @param steps training steps
 * @param batch rows a step
 * @param rate peak learning rate
 */
public record TableSizes(int rows, int queries, List<Integer> hidden, int steps, int batch, double rate) {
    public TableSizes {
        hidden = List.copyOf(hidden);
    }
}
