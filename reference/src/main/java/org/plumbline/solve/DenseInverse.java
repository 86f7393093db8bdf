package org.plumbline.solve;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.linalg.CholeskySolver;

/**
 * The inverse of a dense positive semi-definite curvature with damping, by the Cholesky factorisation of {@code C + D}:
 * exact to rounding, with a relative error of about {@code P · ε · cond(C + D)}.
 *
 * <p>{@code P³/3} operations to factorise, {@code 2P²} for each right side; memory {@code 8 P²} bytes, four times that
 * while factorising.
 */
public final class DenseInverse implements InverseCurvature {
    private final BlockSpace space;
    private final CholeskySolver cholesky;
    private final List<String> nullBlocks;

    private DenseInverse(BlockSpace space, CholeskySolver cholesky, List<String> nullBlocks) {
        this.space = space;
        this.cholesky = cholesky;
        this.nullBlocks = nullBlocks;
    }

    /**
     * The inverse of {@code curvature + damping}.
     *
     * @throws org.plumbline.linalg.NotPositiveDefiniteException if {@code C + D} is not positive definite in the blocks
     *     that do not vanish; {@link SpectralInverse} treats negative curvature
     * @throws org.plumbline.linalg.MatrixException if {@code C} has an element that is not finite, or is not symmetric
     */
    public static DenseInverse of(DenseCurvature curvature, Damping damping) {
        BlockSpace space = curvature.space();
        Systems.requireFits(space, damping);
        // A row of a semi-definite matrix vanishes with its diagonal element.
        double[] diagonal = curvature.diagonal();
        double[] shift = damping.diagonal(space);
        for (int i = 0; i < space.blocks().size(); i++) {
            if (Systems.isNull(space, diagonal, damping, i)) {
                Arrays.fill(shift, space.offset(i), space.offset(i + 1), 1);
            }
        }
        double[] matrix = shifted(curvature, shift);
        return new DenseInverse(space, CholeskySolver.of(matrix, space.dimension()),
                Systems.nullBlocks(space, diagonal, damping));
    }

    /** {@code C + diag(shift)}. */
    static double[] shifted(DenseCurvature curvature, double[] shift) {
        double[] matrix = curvature.matrix().clone();
        for (int i = 0; i < shift.length; i++) {
            matrix[i * shift.length + i] += shift[i];
        }
        return matrix;
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        return applyAll(new double[][] {v})[0];
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        for (double[] v : vectors) {
            Systems.requireVector(space, v);
        }
        int n = space.dimension();
        int columns = vectors.length;
        double[] rightSides = new double[n * columns];
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < n; i++) {
                rightSides[i * columns + c] = vectors[c][i];
            }
        }
        double[] solutions = cholesky.solve(rightSides, columns);
        double[][] split = new double[columns][n];
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < n; i++) {
                split[c][i] = solutions[i * columns + c];
            }
            for (int block = 0; block < space.blocks().size(); block++) {
                if (nullBlocks.contains(space.blocks().get(block).name())) {
                    Arrays.fill(split[c], space.offset(block), space.offset(block + 1), 0);
                }
            }
        }
        return split;
    }

    @Override
    public List<String> nullBlocks() {
        return nullBlocks;
    }
}
