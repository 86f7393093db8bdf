package org.plumbline.audit.diagnosis;

import java.util.Arrays;

/**
 * The eigenvalues of K-FAC of each module, {@code n̄ s_i a_j}.
 *
 * @param gradient {@code s}
 * @param activation {@code a}
 * @param length {@code n̄}
 */
record KfacEigenvalues(double[][] gradient, double[][] activation, double[] length) {

    /** {@code n̄ s_i a_j} of one module. */
    double[] products(int module) {
        double[] a = activation[module];
        double[] products = new double[gradient[module].length * a.length];
        Arrays.setAll(products, i -> length[module] * gradient[module][i / a.length] * a[i % a.length]);
        return products;
    }

    /**
     * What factored Tikhonov damping adds beside {@code λ}: with {@code √(λ/n̄) π} in {@code A} and {@code √(λ/n̄)/π}
     * in {@code S}, {@code √(λn̄)(π s_i + a_j/π)}.
     *
     * @param traces whether {@code π² = (tr A/columns)/(tr S/rows)} (Martens and Grosse, 2015, §6.3), otherwise 1
     */
    double inside(int module, int index, double lambda, boolean traces) {
        double[] a = activation[module];
        double[] s = gradient[module];
        double traceA = Arrays.stream(a).sum() / a.length;
        double traceS = Arrays.stream(s).sum() / s.length;
        double pi = traces && traceA > 0 && traceS > 0 ? Math.sqrt(traceA / traceS) : 1;
        return Math.sqrt(lambda * length[module]) * (pi * s[index / a.length] + a[index % a.length] / pi);
    }
}
