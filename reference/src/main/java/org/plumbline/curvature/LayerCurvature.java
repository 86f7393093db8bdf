package org.plumbline.curvature;

import java.util.Optional;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;

/**
 * A layer's damped curvature, diagonal in some orthonormal basis of its {@code [out, columns]} matrices.
 *
 * @param basis the Kronecker eigenbasis, or nothing for the coordinates themselves
 * @param diagonal the curvature's eigenvalues {@code D [out, columns]} in it
 * @param damping {@code λ ≥ 0}
 */
public record LayerCurvature(TrackedLayer layer, Optional<KroneckerBasis> basis, double[] diagonal, double damping) {

    /** Whether curvature and damping both vanish: the layer then contributes nothing to any score. */
    public boolean isNull() {
        if (damping != 0) {
            return false;
        }
        for (double eigenvalue : diagonal) {
            if (eigenvalue != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@code 1 / (D + λ)}, or zeros for a {@linkplain #isNull null} layer.
     *
     * @throws InputException if {@code D + λ} is not positive somewhere in another layer
     */
    public double[] inverse() {
        double[] inverse = new double[diagonal.length];
        if (!isNull()) {
            for (int i = 0; i < inverse.length; i++) {
                double divisor = diagonal[i] + damping;
                if (!(divisor > 0)) {
                    throw new InputException("layer '" + layer.name() + "': an eigenvalue plus damping is " + divisor
                            + ", expected a positive number: raise the damping");
                }
                inverse[i] = 1 / divisor;
            }
        }
        return inverse;
    }
}
