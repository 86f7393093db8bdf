package org.plumbline.engine;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.program.Shape;
import org.plumbline.program.ShapeOp;

/**
 * A transposition with axes that travel together merged and axes of length 1 dropped.
 *
 * @param lengths length of each axis of the result
 * @param strides how far a step along that axis goes in the operand
 */
public record Permutation(int[] lengths, int[] strides) {

    /** The reduced form of {@code op}. */
    public static Permutation of(ShapeOp.Transpose op) {
        Shape shape = op.x().shape();
        List<int[]> axes = new ArrayList<>();
        for (int axis : op.permutation()) {
            int length = shape.dimension(axis);
            int stride = shape.sizeOf(axis + 1, shape.rank());
            if (length == 1) {
                continue;
            }
            int[] last = axes.isEmpty() ? null : axes.getLast();
            if (last != null && last[1] == length * stride) {
                last[0] *= length;
                last[1] = stride;
            } else {
                axes.add(new int[] {length, stride});
            }
        }
        return new Permutation(
                axes.stream().mapToInt(axis -> axis[0]).toArray(), axes.stream().mapToInt(axis -> axis[1]).toArray());
    }

    public int rank() {
        return lengths.length;
    }
}
