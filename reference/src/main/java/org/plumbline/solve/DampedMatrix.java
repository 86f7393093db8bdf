package org.plumbline.solve;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;

/**
 * The dense matrix {@code C + D}, with ones on the diagonal of the blocks in which both vanish, so that it can be
 * factorized without them; their part of every solution is then set to zero.
 */
final class DampedMatrix {
    private final BlockSpace space;
    private final double[] shift;
    private final List<String> nullBlocks;

    private DampedMatrix(BlockSpace space, double[] shift, List<String> nullBlocks) {
        this.space = space;
        this.shift = shift;
        this.nullBlocks = nullBlocks;
    }

    static DampedMatrix of(DenseCurvature curvature, Damping damping) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        double[] magnitudes = rowMagnitudes(curvature.matrix(), space.dimension());
        double[] shift = damping.diagonal(space);
        for (int i = 0; i < space.blocks().size(); i++) {
            if (damping.isNull(space, magnitudes, i)) {
                Arrays.fill(shift, space.offset(i), space.offset(i + 1), 1);
            }
        }
        return new DampedMatrix(space, shift, damping.nullBlocks(space, magnitudes));
    }

    /** The largest magnitude in each row: a diagonal alone does not tell whether an indefinite matrix vanishes. */
    private static double[] rowMagnitudes(double[] matrix, int n) {
        double[] magnitudes = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                magnitudes[i] = Math.max(magnitudes[i], Math.abs(matrix[i * n + j]));
            }
        }
        return magnitudes;
    }

    List<String> nullBlocks() {
        return nullBlocks;
    }

    /** Adds the damping to {@code matrix}, in place, and returns it. */
    double[] addTo(double[] matrix) {
        for (int i = 0; i < shift.length; i++) {
            matrix[i * shift.length + i] += shift[i];
        }
        return matrix;
    }

    /** Sets the null blocks of a solution to zero, in place, and returns it. */
    double[] cleared(double[] x) {
        for (int i = 0; i < space.blocks().size(); i++) {
            if (nullBlocks.contains(space.blocks().get(i).name())) {
                Arrays.fill(x, space.offset(i), space.offset(i + 1), 0);
            }
        }
        return x;
    }
}
