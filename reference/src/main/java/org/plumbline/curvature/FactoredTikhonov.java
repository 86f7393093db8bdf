package org.plumbline.curvature;

import java.util.List;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;

/**
 * Factored Tikhonov damping of K-FAC (Martens and Grosse, 2015, §6.3): the damping {@code λ} of a layer goes into its
 * two factors instead of onto the eigenvalues of their product,
 *
 * <pre>  n̄ (S + √(λ/n̄)/π · I) ⊗ (A + π √(λ/n̄) · I)
 *      = n̄ S ⊗ A + λ I + √(λ n̄) (π S ⊗ I + I ⊗ A / π).</pre>
 *
 * <p>The cross terms are positive semi-definite, so for every {@code π > 0} it damps more than {@code n̄ S ⊗ A + λ I}:
 * equal {@code λ} does not mean equal damping. It keeps the eigenvectors of K-FAC.
 */
public enum FactoredTikhonov {
    /**
     * {@code π = √((tr A / n) / (tr S / m))}, which makes the cross terms' bound in trace norm smallest (their §6.3).
     */
    TRACE_NORM,

    /** {@code π = 1}. */
    EVEN;

    /** {@code π} of a layer; 1 where a factor vanishes. */
    public double ratio(KroneckerFactors factors) {
        int columns = factors.block().columns();
        int rows = factors.block().rows();
        double activation = KroneckerContraction.trace(factors.activation(), columns) / columns;
        double gradient = KroneckerContraction.trace(factors.gradient(), rows) / rows;
        return this == EVEN || activation <= 0 || gradient <= 0 ? 1 : Math.sqrt(activation / gradient);
    }

    /** K-FAC with its damping inside: to be inverted with no further damping. */
    public KroneckerCurvature damped(List<KroneckerFactors> factors, Damping damping) {
        return damped(factors, factors.stream().map(KroneckerBasis::of).toList(), damping,
                new Compute(LoweredEngine.scalar(), Workers.serial()));
    }

    /**
     * The same in eigenbases at hand.
     *
     * @param bases of the factors, one for each
     * @param compute runs products
     */
    public KroneckerCurvature damped(
            List<KroneckerFactors> factors, List<KroneckerBasis> bases, Damping damping, Compute compute) {
        BlockSpace space = new BlockSpace(factors.stream().map(KroneckerFactors::block).toList());
        double[] diagonal = new double[space.dimension()];
        for (int block = 0; block < bases.size(); block++) {
            KroneckerBasis basis = bases.get(block);
            double length = factors.get(block).meanLength();
            double root = Math.sqrt(damping.of(block) / length);
            double ratio = ratio(factors.get(block));
            for (int i = 0; i < basis.rows(); i++) {
                for (int j = 0; j < basis.columns(); j++) {
                    diagonal[space.offset(block) + i * basis.columns() + j] = length
                            * (Math.max(0, basis.gradientValues()[i]) + root / ratio)
                            * (Math.max(0, basis.activationValues()[j]) + root * ratio);
                }
            }
        }
        return new KroneckerCurvature(space, bases, diagonal, compute);
    }
}
