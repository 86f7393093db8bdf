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
 * <p>A block without damping is left out and named as a null block. A fit costs what
 * {@link ProjectedCurvature} says, an inverse {@code p³/3} operations, a vector a projection and a lift.
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
        damping.requireFits(curvature.space());
        return of(ProjectedCurvature.of(curvature, projection), damping);
    }

    /**
     * The same for a curvature that has been projected.
     *
     * @throws SolveException if there is not one damping for each block
     * @throws org.plumbline.linalg.NotPositiveDefiniteException if the curvature has negative eigenvalues beyond the
     *     damping
     */
    static ProjectedInverse of(ProjectedCurvature curvature, Damping damping) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        double[] perBlock = damping.perBlock();
        Arrays.setAll(perBlock, b -> perBlock[b] == 0 ? 0 : 1 / Math.sqrt(perBlock[b]));
        int p = curvature.projection().dimension();
        double[] system = curvature.system(perBlock);
        for (int k = 0; k < p; k++) {
            system[k * p + k] += 1;
        }
        List<String> nullBlocks = new ArrayList<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            if (damping.of(i) == 0) {
                nullBlocks.add(space.blocks().get(i).name());
            }
        }
        return new ProjectedInverse(curvature.projection(), new Damping(perBlock).diagonal(space),
                CholeskySolver.of(system, p), List.copyOf(nullBlocks));
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
