package org.plumbline.audit.diagnosis;

import java.util.List;

/**
 * What a quantity would be, one array a module.
 *
 * @param draws the same at each draw of the labels; a single one where labels are not drawn
 */
record Prediction(List<double[][]> draws) {

    /** A prediction without sampling error. */
    static Prediction exact(double[][] values) {
        return new Prediction(List.<double[][]>of(values));
    }

    boolean isSampled() {
        return draws.size() > 1;
    }

    /** The mean over draws, of one module. */
    double[] mean(int module) {
        double[] mean = new double[draws.getFirst()[module].length];
        for (double[][] draw : draws) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += draw[module][i] / draws.size();
            }
        }
        return mean;
    }

    int modules() {
        return draws.getFirst().length;
    }
}
