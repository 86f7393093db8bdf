package org.plumbline.solve;

import java.util.Arrays;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.linalg.Vectors;

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
        double[] diagonal = new double[space().dimension()];
        double[] values = lowRank.values();
        for (int k = 0; k < values.length; k++) {
            double[] squares = lowRank.vector(k).clone();
            Arrays.setAll(squares, i -> squares[i] * squares[i]);
            Vectors.axpy(values[k], squares, diagonal);
        }
        return Damping.relative(space(), factor, diagonal);
    }

    @Override
    public LowRankInverse inverse(Damping damping) {
        return LowRankInverse.of(lowRank, damping, LowRankComplement.DAMPED);
    }
}
