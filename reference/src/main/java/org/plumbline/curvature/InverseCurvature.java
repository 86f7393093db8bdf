package org.plumbline.curvature;

import java.util.List;

/** The inverse {@code (C + diag(λ_ℓ I))⁻¹} of a damped curvature, as an operator: exact, approximate or iterative. */
public interface InverseCurvature {

    BlockSpace space();

    /**
     * {@code (C + diag(λ_ℓ I))⁻¹ v}, a new vector.
     *
     * @throws SolveException if {@code v} has another length than the space or an element that is not finite
     */
    double[] apply(double[] v);

    /** {@code (C + diag(λ_ℓ I))⁻¹ v} for several vectors. */
    default double[][] applyAll(double[][] vectors) {
        double[][] solutions = new double[vectors.length][];
        for (int i = 0; i < vectors.length; i++) {
            solutions[i] = apply(vectors[i]);
        }
        return solutions;
    }

    /**
     * Names of the blocks in which curvature and damping both vanish, as they do under relative damping in a layer that
     * has no curvature. There the inverse does not exist; the solution is taken to be zero, which is that of least
     * norm, and the layer contributes nothing to any score.
     */
    default List<String> nullBlocks() {
        return List.of();
    }
}
