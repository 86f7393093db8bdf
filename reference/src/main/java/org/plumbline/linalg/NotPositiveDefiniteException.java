package org.plumbline.linalg;

/**
 * A symmetric matrix whose Cholesky factorization met a pivot that is not positive. Its own type because the remedy is
 * known: more damping, or {@link SymmetricEigen}, which needs no positive definiteness.
 */
public final class NotPositiveDefiniteException extends MatrixException {

    private final int pivot;
    private final double value;

    /**
     * @param pivot index of the first pivot that is not positive
     * @param value the pivot: its Schur complement with respect to the rows before it
     * @param size number of rows
     */
    public NotPositiveDefiniteException(int pivot, double value, int size) {
        super("not positive definite: pivot " + pivot + " of " + size + " is " + value
                + ", expected a positive number; more damping makes it so");
        this.pivot = pivot;
        this.value = value;
    }

    /** Index of the first pivot that is not positive: the leading block of {@code pivot} rows is positive definite. */
    public int pivot() {
        return pivot;
    }

    /** The pivot's value. */
    public double value() {
        return value;
    }
}
