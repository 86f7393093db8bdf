package org.plumbline.tornado;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The work-items of a kernel that works in groups: {@code groupsX × groupsY} groups of {@code localX × localY}.
 */
public record Grid(int groupsX, int groupsY, int localX, int localY) {

    /** CUDA's limit along the second axis. */
    private static final int MOST_GROUPS_Y = 65_535;

    /** The grid, or null if it has more work-items or groups along an axis than devices take. */
    static @Nullable Grid orNull(long groupsX, long groupsY, int localX, int localY) {
        return groupsX * localX > Integer.MAX_VALUE || groupsY > MOST_GROUPS_Y
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
