package org.plumbline.verification.vectors;

import java.util.Arrays;
import org.plumbline.linalg.Vectors;

/**
 * One array of a set, with what it is and how close a conforming implementation comes to it.
 *
 * @param name in the file
 * @param shape extents
 * @param values row-major
 * @param tolerance of {@code ‖x − y‖ / ‖y‖} in Frobenius norm, {@code y} this array
 * @param upToSign whether each column of a matrix is free in sign, as eigenvectors are
 * @param meaning in words and formulas
 */
record ConformanceTensor(
        String name, int[] shape, double[] values, double tolerance, boolean upToSign, String meaning) {

    /**
     * {@code ‖x − y‖ / ‖y‖} of {@code x} to this array {@code y}; infinite if {@code x} has an element that is no
     * number.
     */
    double distance(double[] x) {
        double[] difference = upToSign ? aligned(x) : x.clone();
        Vectors.axpy(-1, values, difference);
        double norm = Vectors.norm(values);
        double distance = Vectors.norm(difference);
        double relative = norm == 0 ? distance : distance / norm;
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }

    /** The columns of {@code x}, each with the sign that brings it nearer to the one here. */
    private double[] aligned(double[] x) {
        int columns = shape[1];
        double[] products = new double[columns];
        for (int i = 0; i < x.length; i++) {
            products[i % columns] += x[i] * values[i];
        }
        double[] aligned = x.clone();
        for (int i = 0; i < x.length; i++) {
            aligned[i] = products[i % columns] < 0 ? -x[i] : x[i];
        }
        return aligned;
    }

    String shapeText() {
        return Arrays.toString(shape);
    }
}
