package org.plumbline.solve;

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

    /** From the diagonal {@code Σ_k θ_k u_k²} of each block: the curvature outside {@code U} is not known. */
    @Override
    public Damping damping(double factor) {
        return Damping.relativeToSemiDefinite(space(), factor, lowRank.diagonal());
    }

    @Override
    public LowRankInverse inverse(Damping damping) {
        return LowRankInverse.of(lowRank, damping, LowRankComplement.DAMPED);
    }
}
