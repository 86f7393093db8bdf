package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.Vectors;

/**
 * A curvature seen through a projection {@code R = [R_1 … R_L]} of its blocks: the matrices {@code R_i C_ij R_jᵀ},
 * from which {@link ProjectedInverse} has its system at any damping by blocks. As an operator it is the sketch
 * {@code Rᵀ (R C Rᵀ) R}.
 *
 * <p>A row of {@code R} is kept once for each block in which it is not zero: {@code q = p} rows where {@code R}
 * projects each block by itself, {@code q = p L} where it projects all of them together. {@code q} products with
 * {@code C}, {@code q² P} operations and {@code q P} numbers to fit; {@code q²} numbers are kept.
 */
public final class ProjectedCurvature implements FittedCurvature {
    private final GradientProjection projection;
    private final int[] rows;
    private final int[] blocks;
    private final double[] gram;

    private ProjectedCurvature(GradientProjection projection, int[] rows, int[] blocks, double[] gram) {
        this.projection = projection;
        this.rows = rows;
        this.blocks = blocks;
        this.gram = gram;
    }

    /**
     * Projects a curvature.
     *
     * @throws SolveException if the projection is of another space
     */
    public static ProjectedCurvature of(Curvature curvature, GradientProjection projection) {
        if (!projection.space().equals(curvature.space())) {
            throw new SolveException("found a projection of another space, expected that of the curvature");
        }
        ProjectedCurvature empty = of(projection, new double[0]);
        int q = empty.rows.length;
        double[][] lifted = new double[q][];
        for (int k = 0; k < q; k++) {
            lifted[k] = empty.lifted(k);
        }
        double[][] products = curvature.applyAll(lifted);
        double[] gram = new double[q * q];
        for (int k = 0; k < q; k++) {
            for (int l = 0; l <= k; l++) {
                double entry = Vectors.dot(lifted[k], products[l]);
                gram[k * q + l] = entry;
                gram[l * q + k] = entry;
            }
        }
        return of(projection, gram);
    }

    /**
     * A projected curvature that was fitted before.
     *
     * @param gram as {@link #gram} gave it for this projection; empty for one that is still to be filled
     */
    public static ProjectedCurvature of(GradientProjection projection, double[] gram) {
        BlockSpace space = projection.space();
        List<int[]> parts = new ArrayList<>();
        double[] unit = new double[projection.dimension()];
        for (int k = 0; k < unit.length; k++) {
            unit[k] = 1;
            double[] row = projection.lift(unit);
            unit[k] = 0;
            for (int b = 0; b < space.blocks().size(); b++) {
                if (Arrays.stream(row, space.offset(b), space.offset(b + 1)).anyMatch(x -> x != 0)) {
                    parts.add(new int[] {k, b});
                }
            }
        }
        int q = parts.size();
        if (gram.length != 0 && gram.length != (long) q * q) {
            throw new SolveException("found a projected curvature of " + gram.length + " elements, expected "
                    + (long) q * q);
        }
        return new ProjectedCurvature(projection, parts.stream().mapToInt(part -> part[0]).toArray(),
                parts.stream().mapToInt(part -> part[1]).toArray(), gram.clone());
    }

    /** Part {@code k} of a row of {@code R}, zero outside its block. */
    private double[] lifted(int k) {
        double[] unit = new double[projection.dimension()];
        unit[rows[k]] = 1;
        double[] row = projection.lift(unit);
        Arrays.fill(row, 0, space().offset(blocks[k]), 0);
        Arrays.fill(row, space().offset(blocks[k] + 1), row.length, 0);
        return row;
    }

    /** The matrices {@code R_i C_ij R_jᵀ} as one, {@code [q, q]}, row-major; a copy. */
    public double[] gram() {
        return gram.clone();
    }

    /** {@code R}. */
    public GradientProjection projection() {
        return projection;
    }

    @Override
    public BlockSpace space() {
        return projection.space();
    }

    @Override
    public double[] apply(double[] v) {
        double[] ones = new double[space().blocks().size()];
        Arrays.fill(ones, 1);
        double[] projected = projection.project(v);
        double[] system = system(ones);
        double[] product = new double[projected.length];
        Arrays.setAll(product, k -> {
            double sum = 0;
            for (int l = 0; l < projected.length; l++) {
                sum += system[k * projected.length + l] * projected[l];
            }
            return sum;
        });
        return projection.lift(product);
    }

    /** {@code R D C D Rᵀ} for a diagonal {@code D} with one number a block, {@code [p, p]}. */
    double[] system(double[] perBlock) {
        int p = projection.dimension();
        int q = rows.length;
        double[] system = new double[p * p];
        for (int k = 0; k < q; k++) {
            for (int l = 0; l < q; l++) {
                system[rows[k] * p + rows[l]] += perBlock[blocks[k]] * gram[k * q + l] * perBlock[blocks[l]];
            }
        }
        return system;
    }

    /**
     * From {@code tr(R_ℓ C_ℓ R_ℓᵀ) / n_ℓ}, whose mean over random projections is the mean eigenvalue of the block, as
     * {@code E[R_ℓᵀ R_ℓ] = I}.
     */
    @Override
    public Damping damping(double factor) {
        double[] perBlock = new double[space().blocks().size()];
        for (int k = 0; k < rows.length; k++) {
            perBlock[blocks[k]] += gram[k * rows.length + k];
        }
        Arrays.setAll(perBlock, b -> Math.max(0, factor * perBlock[b] / space().blocks().get(b).size()));
        return new Damping(perBlock);
    }

    @Override
    public ProjectedInverse inverse(Damping damping) {
        return ProjectedInverse.of(this, damping);
    }
}
