package org.plumbline.solve;

import java.util.Arrays;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.LowRankCurvature;

/** A low-rank curvature, {@code C = U diag(θ) Uᵀ}, inverted with damping everywhere by {@link LowRankInverse}. */
public record WoodburyCurvature(LowRankCurvature lowRank) implements FittedCurvature {

    @Override
    public BlockSpace space() {
        return lowRank.space();
    }

    @Override
    public double[] apply(double[] v) {
        return lowRank.apply(v);
    }

    /**
     * From the diagonal {@code Σ_k θ_k u_k²} of each block: the curvature outside {@code U} is not known. An entry
     * below zero comes from a {@code θ} that is negative by rounding, and counts as zero.
     */
    @Override
    public Damping damping(double factor) {
        double[] diagonal = lowRank.diagonal();
        Arrays.setAll(diagonal, i -> Math.max(0, diagonal[i]));
        return Damping.relative(space(), factor, diagonal);
    }

    @Override
    public LowRankInverse inverse(Damping damping) {
        return LowRankInverse.of(lowRank, damping, LowRankComplement.DAMPED);
    }
}
