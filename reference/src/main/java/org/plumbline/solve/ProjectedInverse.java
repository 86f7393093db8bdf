package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

/**
 * Influence among projected gradients, {@code (Rq)ᵀ (R C Rᵀ + λ I)⁻¹ (Rg)}, as an operator on whole ones (TRAK, Park et
 * al., 2023; LoGra, Choe et al., 2024). Damping by block is brought to that form by scaling each block first:
 *
 * <pre>  x̂ = D^{−1/2} Rᵀ (R D^{−1/2} C D^{−1/2} Rᵀ + I)⁻¹ R D^{−1/2} v,</pre>
 *
 * <p>which for one {@code λ} is {@code Rᵀ (R C Rᵀ + λ I)⁻¹ R v}, and for an orthogonal {@code R [P, P]} the exact
 * inverse. Both papers take for {@code C} the {@link org.plumbline.curvature.EmpiricalFisher}; here it may be any
 * curvature. TRAK's choice of the model output, its weights {@code 1 − p} and its average over models are not part of
 * it.
 *
 * <p>A block without damping is left out and named as a null block. {@code p} products with {@code C}, {@code p² P}
 * operations and {@code p P} numbers to fit; a projection and a lift for each vector.
 */
public final class ProjectedInverse implements InverseCurvature {
    private final GradientProjection projection;
    private final double[] scale;
    private final CholeskySolver small;
    private final List<String> nullBlocks;

    private ProjectedInverse(
            GradientProjection projection, double[] scale, CholeskySolver small, List<String> nullBlocks) {
        this.projection = projection;
        this.scale = scale;
        this.small = small;
        this.nullBlocks = nullBlocks;
    }

    /**
     * The projected inverse of {@code curvature + damping}.
     *
     * @throws SolveException if the projection is of another space or there is not one damping for each block
     * @throws org.plumbline.linalg.NotPositiveDefiniteException if the curvature has negative eigenvalues beyond the
     *     damping
     */
    public static ProjectedInverse of(Curvature curvature, Damping damping, GradientProjection projection) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        if (!projection.space().equals(space)) {
            throw new SolveException("found a projection of another space, expected that of the curvature");
        }
        double[] scale = damping.diagonal(space);
        Arrays.setAll(scale, i -> scale[i] == 0 ? 0 : 1 / Math.sqrt(scale[i]));
        int p = projection.dimension();
        double[][] lifted = new double[p][];
        double[] unit = new double[p];
        for (int k = 0; k < p; k++) {
            unit[k] = 1;
            lifted[k] = times(scale, projection.lift(unit));
            unit[k] = 0;
        }
        double[][] products = curvature.applyAll(lifted);
        double[] gram = new double[p * p];
        for (int k = 0; k < p; k++) {
            for (int l = 0; l <= k; l++) {
                double entry = Vectors.dot(lifted[k], products[l]);
                gram[k * p + l] = entry;
                gram[l * p + k] = entry;
            }
            gram[k * p + k] += 1;
        }
        List<String> nullBlocks = new ArrayList<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            if (damping.of(i) == 0) {
                nullBlocks.add(space.blocks().get(i).name());
            }
        }
        return new ProjectedInverse(projection, scale, CholeskySolver.of(gram, p), List.copyOf(nullBlocks));
    }

    private static double[] times(double[] scale, double[] x) {
        double[] product = x.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= scale[i];
        }
        return product;
    }

    @Override
    public BlockSpace space() {
        return projection.space();
    }

    @Override
    public double[] apply(double[] v) {
        space().requireVector(v);
        return times(scale, projection.lift(small.solve(projection.project(times(scale, v)))));
    }

    @Override
    public List<String> nullBlocks() {
        return nullBlocks;
    }
}
