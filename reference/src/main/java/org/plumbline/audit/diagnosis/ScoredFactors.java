package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.audit.files.FactorCount;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.FactorTensor;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;

/**
 * Factors as scores use them.
 *
 * @param bases of each module
 * @param moments {@code Λ} of each module, means over sequences
 * @param kfac eigenvalues of K-FAC, if those of the covariances and counts are there
 */
record ScoredFactors(List<Basis> bases, double[][] moments, Optional<KfacEigenvalues> kfac) {

    /**
     * Reads them.
     *
     * @param sequences {@code N}, where the files have no count
     * @throws InputException if eigenvectors or {@code Λ} are missing
     */
    static ScoredFactors of(FactorSet factors, long sequences) {
        List<Basis> bases = new ArrayList<>();
        double[][] moments = new double[factors.modules().size()][];
        double[][] gradient = new double[moments.length][];
        double[][] activation = new double[moments.length][];
        double[] length = new double[moments.length];
        boolean known = true;
        for (int l = 0; l < moments.length; l++) {
            FactorModule module = factors.modules().get(l);
            bases.add(new Basis(module.rows(), module.columns(),
                    required(factors, module, FactorTensor.GRADIENT_EIGENVECTORS),
                    required(factors, module, FactorTensor.ACTIVATION_EIGENVECTORS)));
            moments[l] = required(factors, module, FactorTensor.LAMBDA);
            double n = factors.count(module, FactorCount.LAMBDA).orElse(sequences);
            double positions = factors.count(module, FactorCount.ACTIVATION).orElse(0);
            double divisor = switch (factors.claims().convention().map(Convention::eigenvalues)
                    .orElse(Convention.Divisor.NONE)) {
                case NONE -> n;
                case POSITIONS, LOSS_POSITIONS -> n / Math.max(1, positions);
                case SEQUENCES, BATCH -> 1;
            };
            scale(moments[l], 1 / divisor);
            Optional<double[]> s = factors.tensor(module, FactorTensor.GRADIENT_EIGENVALUES);
            Optional<double[]> a = factors.tensor(module, FactorTensor.ACTIVATION_EIGENVALUES);
            known &= s.isPresent() && a.isPresent() && positions > 0;
            if (known) {
                gradient[l] = notNegative(s.get());
                activation[l] = notNegative(a.get());
                length[l] = positions / n;
            }
        }
        return new ScoredFactors(bases, moments,
                known ? Optional.of(new KfacEigenvalues(gradient, activation, length)) : Optional.empty());
    }

    /** Rounding can leave a zero eigenvalue slightly negative. */
    private static double[] notNegative(double[] values) {
        return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
    }

    private static void scale(double[] values, double by) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= by;
        }
    }

    private static double[] required(FactorSet factors, FactorModule module, FactorTensor kind) {
        return factors.tensor(module, kind).orElseThrow(() -> new InputException(factors.origin() + ": found no "
                + kind.file() + " of module '" + module.name() + "', expected one: scores are computed from it"));
    }
}
