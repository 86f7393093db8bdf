package org.plumbline.curvature;

import java.util.List;
import org.plumbline.engine.Compute;

/** K-FAC whose damping goes into its factors ({@link FactoredTikhonov}), not onto their product's eigenvalues. */
public final class TikhonovCurvature implements FittedCurvature {
    private final FactoredTikhonov choice;
    private final List<KroneckerFactors> factors;
    private final List<KroneckerBasis> bases;
    private final KroneckerCurvature kfac;
    private final Compute compute;

    /**
     * @param bases of the factors, one for each
     * @param compute runs products
     */
    public TikhonovCurvature(
            FactoredTikhonov choice, List<KroneckerFactors> factors, List<KroneckerBasis> bases, Compute compute) {
        this.choice = choice;
        this.factors = List.copyOf(factors);
        this.bases = List.copyOf(bases);
        this.kfac = KroneckerCurvature.kfac(factors, bases, compute);
        this.compute = compute;
    }

    @Override
    public BlockSpace space() {
        return kfac.space();
    }

    /** The product with {@code n̄ · S ⊗ A}, without any damping. */
    @Override
    public double[] apply(double[] v) {
        return kfac.apply(v);
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        return kfac.applyAll(vectors);
    }

    /** As that of K-FAC. */
    @Override
    public Damping damping(double factor) {
        return kfac.damping(factor);
    }

    /** {@code n̄⁻¹ (S + √(λ/n̄)/π)⁻¹ ⊗ (A + π√(λ/n̄))⁻¹}. */
    @Override
    public ClosedFormInverse inverse(Damping damping) {
        damping.requireFits(space());
        return choice.damped(factors, bases, damping, compute).inverse(Damping.absolute(space(), 0));
    }
}
