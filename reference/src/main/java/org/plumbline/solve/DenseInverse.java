package org.plumbline.solve;

import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.linalg.CholeskySolver;

/**
 * The inverse of a dense positive semi-definite curvature with damping, by the Cholesky factorization of {@code C + D}:
 * exact to rounding, with a relative error of about {@code P · ε · cond(C + D)}.
 *
 * <p>{@code P³/3} operations to factorize, {@code 2P²} for each right side; memory {@code 8 P²} bytes, four times that
 * while factorizing.
 */
public final class DenseInverse implements InverseCurvature {
    private final BlockSpace space;
    private final DampedMatrix damped;
    private final CholeskySolver cholesky;

    private DenseInverse(BlockSpace space, DampedMatrix damped, CholeskySolver cholesky) {
        this.space = space;
        this.damped = damped;
        this.cholesky = cholesky;
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
        DampedMatrix damped = DampedMatrix.of(curvature, damping);
        return new DenseInverse(space, damped,
                CholeskySolver.of(damped.addTo(curvature.matrix().clone()), space.dimension()));
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
            space.requireVector(v);
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
            damped.cleared(split[c]);
        }
        return split;
    }

    @Override
    public List<String> nullBlocks() {
        return damped.nullBlocks();
    }
}
