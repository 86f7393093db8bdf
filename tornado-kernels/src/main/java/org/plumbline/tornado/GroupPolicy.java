package org.plumbline.tornado;

/**
 * From which size on an operation is left to a kernel that works in groups: below, the plain loop is faster, since
 * most of a group would idle.
 *
 * @param smallestSide of a matrix product: the least of its rows, columns and contraction
 * @param smallestRow length of a row
 */
record GroupPolicy(int smallestSide, int smallestRow) {

    /** Half of a tile's strip and a group's row. */
    static final GroupPolicy WHERE_FASTER = new GroupPolicy(8, 128);

    /** Groups for every size, so that tests meet their edges. */
    static final GroupPolicy ALWAYS = new GroupPolicy(1, 1);

    /** Plain loops alone. */
    static final GroupPolicy NEVER = new GroupPolicy(Integer.MAX_VALUE, Integer.MAX_VALUE);

    boolean matmul(int m, int k, int n) {
        return Math.min(Math.min(m, n), k) >= smallestSide;
    }

    boolean row(int length) {
        return length >= smallestRow;
    }
}
