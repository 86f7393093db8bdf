package org.plumbline.influence.ranking;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.DiagonalizedCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;

/**
 * What a score is divided by, so that sequences of large gradient do not fill every ranking. With {@code q = ∇f} of a
 * query, {@code g = ∇L} of a sequence and {@code B = C + λ}, {@code raw = −qᵀB⁻¹g} becomes one of the cases below. All
 * of them normalize <em>after</em> the gradient was preconditioned. A score whose divisor vanishes is zero: so is its
 * numerator.
 */
public enum ScoreNormalization {
    /** {@code raw}. */
    NONE,

    /**
     * {@code raw / (√(qᵀB⁻¹q) √(gᵀB⁻¹g))}, in {@code [−1, 1]}: the cosine of the angle between {@code −q} and {@code g}
     * in the inner product of {@code B⁻¹}; with the identity for {@code B} that of gradients.
     */
    COSINE,

    /**
     * {@code raw / √(gᵀB⁻¹g)}, ℓ-RelatIF of Barshan, Brunet and Dziugaite (<em>RelatIF: Identifying Explanatory
     * Training Examples via Relative Influence</em>, 2020): influence for a bounded expected change of the training
     * losses.
     */
    RELATIF_LOSS,

    /** {@code raw / ‖B⁻¹g‖}, their θ-RelatIF: influence for a bounded change of the parameters. */
    RELATIF_PARAMETER;

    /**
     * The inverse with which a scan of sequences against themselves gives the squared divisor of each: {@code gᵀB⁻¹g}
     * or {@code gᵀB⁻²g}; nothing for {@link #NONE}.
     */
    public Optional<ClosedFormInverse> squares(ClosedFormInverse inverse) {
        return switch (this) {
            case NONE -> Optional.empty();
            case COSINE, RELATIF_LOSS -> Optional.of(inverse);
            case RELATIF_PARAMETER -> Optional.of(squared(inverse));
        };
    }

    /** {@code B⁻²}: that of a curvature with eigenvalues {@code (D + λ)²} and no damping. */
    private static ClosedFormInverse squared(ClosedFormInverse inverse) {
        BlockSpace space = inverse.space();
        double[] eigenvalues = inverse.reciprocals();
        for (int i = 0; i < eigenvalues.length; i++) {
            // Zero in a null block, and left zero.
            eigenvalues[i] = eigenvalues[i] == 0 ? 0 : 1 / (eigenvalues[i] * eigenvalues[i]);
        }
        List<KroneckerBasis> bases = new ArrayList<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            inverse.curvature().basis(i).ifPresent(bases::add);
        }
        DiagonalizedCurvature squares = bases.isEmpty()
                ? new DiagonalCurvature(space, eigenvalues)
                : new KroneckerCurvature(space, bases, eigenvalues);
        return squares.inverse(Damping.absolute(space, 0));
    }

    /**
     * Scores divided.
     *
     * @param raw {@code [queries][sequences]}
     * @param querySquares {@code qᵀB⁻¹q} of each query; used by {@link #COSINE} alone
     * @param sequenceSquares what {@link #squares} gives of each sequence
     */
    public double[][] normalized(double[][] raw, double[] querySquares, double[] sequenceSquares) {
        double[][] normalized = new double[raw.length][];
        for (int q = 0; q < raw.length; q++) {
            normalized[q] = raw[q].clone();
            for (int m = 0; m < raw[q].length; m++) {
                normalized[q][m] = switch (this) {
                    case NONE -> raw[q][m];
                    case COSINE -> ratio(raw[q][m], Math.sqrt(querySquares[q]) * Math.sqrt(sequenceSquares[m]));
                    case RELATIF_LOSS, RELATIF_PARAMETER -> ratio(raw[q][m], Math.sqrt(sequenceSquares[m]));
                };
            }
        }
        return normalized;
    }

    private static double ratio(double raw, double divisor) {
        return divisor == 0 ? 0 : raw / divisor;
    }
}
