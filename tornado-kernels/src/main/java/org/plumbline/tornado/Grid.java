package org.plumbline.tornado;

import java.util.Objects;

/**
 * The work-items of a kernel that works in groups: {@code groupsX × groupsY} groups of {@code localX × localY}.
 */
public record Grid(int groupsX, int groupsY, int localX, int localY) {

    /** The grid, or null if its work-items along an axis would exceed an {@code int}. */
    static Grid orNull(long groupsX, long groupsY, int localX, int localY) {
        return groupsX * localX > Integer.MAX_VALUE || groupsY * localY > Integer.MAX_VALUE
                ? null
                : new Grid((int) groupsX, (int) groupsY, localX, localY);
    }

    /** Work-items along the first axis. */
    public int globalX() {
        return groupsX * localX;
    }

    /** Work-items along the second axis. */
    public int globalY() {
        return groupsY * localY;
    }

    @Override
    public String toString() {
        return Objects.toString(globalX()) + "×" + globalY() + " in groups of " + localX + "×" + localY;
    }
}
