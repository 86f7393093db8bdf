package org.plumbline.solve;

import org.plumbline.curvature.Curvature;

/** Products that all solvers share: of the system {@code (C + D) x = v} with {@code D = diag(λ_ℓ I)}. */
final class Systems {

    private Systems() {}

    /** {@code (C + D) V}, given {@code diag(D)}. */
    static double[][] products(Curvature curvature, double[] damping, double[][] vectors) {
        if (vectors.length == 0) {
            return new double[0][];
        }
        double[][] products = curvature.applyAll(vectors);
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < damping.length; j++) {
                products[i][j] += damping[j] * vectors[i][j];
            }
        }
        return products;
    }

    /** {@code v − w}. */
    static double[] difference(double[] v, double[] w) {
        double[] difference = v.clone();
        for (int i = 0; i < w.length; i++) {
            difference[i] -= w[i];
        }
        return difference;
    }
}
