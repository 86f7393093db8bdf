package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;

/** What the Gauss–Newton matrix knows of the gradients of its own data. */
class RangeLawsTest {

    /**
     * Gradients of {@code G}'s own data lie in its range. They are {@code Σ_t J_tᵀ (p_t − e_y)}, and
     * {@code (p − e_y)ᵀ (diag(p) − ppᵀ)⁺ (p − e_y) = 1/p_y − 1}; so by Cauchy and Schwarz, for every {@code u},
     * {@code (gᵀu)² ≤ N uᵀGu · Σ_t (1/p_ty − 1)}: nothing is left where {@code uᵀGu = 0}.
     */
    @Property(tries = 30)
    @Tag("law-17")
    void gradientsOfItsOwnDataLieInTheRange(@ForAll(supplier = Decoders.OnMlpLayers.class) Setting setting) {
        int n = setting.space().dimension();
        SymmetricEigen eigen = SymmetricEigen.of(setting.gaussNewton().matrix(), n);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        double rounding = Rounding.of(100.0 * n, values[n - 1]);
        double[][] gradients = setting.gradients();
        for (int m = 0; m < gradients.length; m++) {
            double surprise = surprise(setting, setting.examples().get(m));
            for (int k = 0; k < n; k++) {
                int column = k;
                double[] u = new double[n];
                Arrays.setAll(u, i -> vectors[i * n + column]);
                double most = gradients.length * (Math.max(0, values[k]) + rounding) * surprise;
                double along = Vectors.dot(gradients[m], u);
                assertTrue(Math.abs(along) <= Math.sqrt(most) + Rounding.SAME * Vectors.norm(gradients[m]),
                        () -> "along an eigenvector of eigenvalue " + values[column] + " the gradient is " + along
                                + ", at most " + Math.sqrt(most) + " is possible");
            }
        }
    }

    /** {@code Σ_t (1/p_ty − 1)} over loss positions. */
    private static double surprise(Setting setting, Example example) {
        Executable run = Setting.COMPUTE.engine().compile(setting.model().outputs(example.length()), Precision.DOUBLE);
        run.bindPresent(setting.objective().parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.run();
        double[] logits = run.doubles(Model.OUTPUTS);
        double[] weights = example.reals(Example.WEIGHTS);
        int classes = logits.length / weights.length;
        double sum = 0;
        for (int t = 0; t < weights.length; t++) {
            int start = t * classes;
            int label = start + example.indices(Example.LABELS)[t];
            for (int c = start; weights[t] != 0 && c < start + classes; c++) {
                // 1/p_y − 1 = Σ_(c ≠ y) p_c / p_y
                sum += c == label ? 0 : Math.exp(logits[c] - logits[label]);
            }
        }
        return sum;
    }
}
