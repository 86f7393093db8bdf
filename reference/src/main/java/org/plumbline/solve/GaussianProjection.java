package org.plumbline.solve;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;
import org.plumbline.random.RandomStreams;

/**
 * A dense Gaussian projection of the whole gradient, entries independent {@code N(0, 1/p)}, as in TRAK (Park et al.,
 * <em>TRAK: Attributing Model Behavior at Scale</em>, 2023). {@code p P} numbers and {@code 2 p P} operations a vector.
 */
public final class GaussianProjection implements GradientProjection {
    private final BlockSpace space;
    private final double[][] rows;

    /**
     * @param dimension {@code p}
     * @param seed of the entries
     * @throws SolveException if {@code p < 1}
     */
    public GaussianProjection(BlockSpace space, int dimension, long seed) {
        if (dimension < 1) {
            throw new SolveException("found a projection to " + dimension + " dimensions, expected at least 1");
        }
        this.space = space;
        this.rows = new double[dimension][space.dimension()];
        double deviation = 1 / Math.sqrt(dimension);
        for (int row = 0; row < dimension; row++) {
            RandomGenerator random = RandomStreams.of(seed, "Gaussian projection", row);
            Arrays.setAll(rows[row], i -> deviation * random.nextGaussian());
        }
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public int dimension() {
        return rows.length;
    }

    @Override
    public double[] project(double[] v) {
        space.requireVector(v);
        double[] projected = new double[rows.length];
        Arrays.setAll(projected, i -> Vectors.dot(rows[i], v));
        return projected;
    }

    @Override
    public double[] lift(double[] y) {
        double[] lifted = new double[space.dimension()];
        for (int i = 0; i < rows.length; i++) {
            Vectors.axpy(y[i], rows[i], lifted);
        }
        return lifted;
    }
}
