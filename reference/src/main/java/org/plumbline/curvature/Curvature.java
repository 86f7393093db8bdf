package org.plumbline.curvature;

/** A symmetric operator on a space of parameter blocks. */
public interface Curvature {

    BlockSpace space();

    /** {@code C v}, a new vector. */
    double[] apply(double[] v);

    /** {@code C v} for several vectors. */
    default double[][] applyAll(double[][] vectors) {
        double[][] products = new double[vectors.length][];
        for (int i = 0; i < vectors.length; i++) {
            products[i] = apply(vectors[i]);
        }
        return products;
    }
}
