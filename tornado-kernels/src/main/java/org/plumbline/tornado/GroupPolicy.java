package org.plumbline.tornado;

/**
 * From which size on an operation is left to a kernel that works in groups: below, the plain loop is faster, since
 * most of a group would idle.
 *
 * @param smallestSide of a matrix product: the least of its rows and columns
 * @param smallestDepth of a matrix product: its least contraction
 * @param smallestRow length of a row
 */
record GroupPolicy(int smallestSide, int smallestDepth, int smallestRow) {

    /**
     * More than half of a tile's side, half of its strip, a group's row. Each step of the contraction costs a tile half
     * a read of local memory for each of its elements, within the matrix or not, and a plain loop two reads of cached
     * memory for each element of the matrix: as many when a quarter of the tile is in use.
     */
    static final GroupPolicy WHERE_FASTER = new GroupPolicy(33, 8, 128);

    /** Groups for every size, so that tests meet their edges. */
    static final GroupPolicy ALWAYS = new GroupPolicy(1, 1, 1);

    /** Plain loops alone. */
    static final GroupPolicy NEVER = new GroupPolicy(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    boolean matmul(int m, int k, int n) {
        return Math.min(m, n) >= smallestSide && k >= smallestDepth;
    }

    boolean row(int length) {
        return length >= smallestRow;
    }
}
