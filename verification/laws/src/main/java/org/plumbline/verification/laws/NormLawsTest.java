package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;

/** What softmax and normalization leave in the Kronecker factors of the layers beside them. */
class NormLawsTest extends SubjectLaws {

    private static double[] ones(int n, int columns) {
        double[] ones = new double[columns];
        Arrays.fill(ones, 0, n, 1);
        return ones;
    }

    /** {@code M u = 0} for a symmetric {@code M}, up to what products of such sizes round to. */
    private static void assertNull(String what, double[] matrix, double[] u) {
        assertWithin(what, new double[u.length], Dense.multiply(matrix, u, u.length),
                Rounding.SAME * Vectors.norm(matrix) * Vectors.norm(u));
    }

    private static boolean isHead(Setting setting, TrackedLayer layer) {
        return setting.model().outputLayer().map(OutputLayer::weight).filter(layer.weight()::equals).isPresent();
    }

    /** Adding one number to all logits, or to all of a stream that LayerNorm centers, changes nothing. */
    @Property(tries = 20)
    @Tag("law-19")
    void gradientFactorsHaveTheNullDirectionOfWhatReadsThem(
            @ForAll(supplier = Decoders.ThroughLayerNorm.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            double[] s = factors.get(i).gradient();
            if (isHead(setting, layer) || ResidualStream.writes(setting.model(), layer)) {
                assertNull("S 1 of " + layer.name(), s, ones(layer.outputs(), layer.outputs()));
            }
            if (isHead(setting, layer)) {
                assertClose("S of the unembedding", softmaxCovariance(setting), s, Rounding.SAME);
            }
        }
    }

    /** {@code Σ over loss positions of (diag p − ppᵀ) / Σ_m n_m}. */
    private static double[] softmaxCovariance(Setting setting) {
        double[] sum = null;
        int fed = 0;
        for (Example example : setting.examples()) {
            double[] logits = LabelStrings.outputs(setting, example);
            double[] weights = example.reals(Example.WEIGHTS);
            int classes = logits.length / weights.length;
            sum = sum == null ? new double[classes * classes] : sum;
            fed += example.fedPositions();
            for (int t = 0; t < weights.length; t++) {
                if (weights[t] != 0) {
                    double[] p = LabelEnumeration.softmax(Arrays.copyOfRange(logits, t * classes, (t + 1) * classes));
                    Dense.addOuter(sum, -1, p);
                    for (int c = 0; c < classes; c++) {
                        sum[c * classes + c] += p[c];
                    }
                }
            }
        }
        return Dense.times(1.0 / fed, Objects.requireNonNull(sum, "no examples"));
    }

    /** {@code A [1/γ; −Σ β/γ] = 0}: what LayerNorm centered stays centered. */
    @Property(tries = 20)
    @Tag("law-20")
    void activationFactorsBehindLayerNormAreSingular(@ForAll(supplier = Transformers.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            if (layer.bias().isPresent() && !ResidualStream.writes(setting.model(), layer)) {
                String norm = layer.name().endsWith("c_attn")
                        ? layer.name().replace("attn.c_attn", "ln_1")
                        : layer.name().replace("mlp.c_fc", "ln_2");
                double[] gain = setting.objective().parameters().doubles(norm + ".weight");
                double[] shift = setting.objective().parameters().doubles(norm + ".bias");
                double[] direction = new double[layer.columns()];
                for (int j = 0; j < gain.length; j++) {
                    direction[j] = 1 / gain[j];
                    direction[gain.length] -= shift[j] / gain[j];
                }
                assertNull("A [1/γ; −Σ β/γ] of " + layer.name(), factors.get(i).activation(), direction);
            }
        }
    }

    /** {@code A [1; 0] = 0} and {@code tr A = d}, one more with a bias. */
    @Property(tries = 20)
    @Tag("law-20")
    void activationFactorsBehindAffineFreeLayerNorm(
            @ForAll(supplier = AffineFree.ThroughLayerNorm.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            if (!ResidualStream.writes(setting.model(), layer)) {
                double[] a = factors.get(i).activation();
                assertNull("A [1; 0] of " + layer.name(), a, ones(layer.inputs(), layer.columns()));
                assertWithin(
                        "tr A of " + layer.name(), layer.columns(), Dense.trace(a), Rounding.SAME * layer.columns());
            }
        }
    }

    /** The same trace behind RMSNorm, which centers nothing: {@code [1; 0]} is no null direction. */
    @Property(tries = 20)
    @Tag("law-20")
    void activationFactorsBehindRmsNorm(@ForAll(supplier = AffineFree.ThroughRmsNorm.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            if (!ResidualStream.writes(setting.model(), layer)) {
                double[] a = factors.get(i).activation();
                double[] ones = ones(layer.inputs(), layer.columns());
                assertWithin(
                        "tr A of " + layer.name(), layer.columns(), Dense.trace(a), Rounding.SAME * layer.columns());
                double along = Vectors.norm(Dense.multiply(a, ones, ones.length));
                assertTrue(along > Rounding.SAME * Vectors.norm(a) * Vectors.norm(ones),
                        () -> "A [1; 0] of " + layer.name() + " vanishes");
            }
        }
    }

    /** {@code tr G = mean_m Σ_t E‖Ds_t‖² ‖ā_t‖²} where tokens do not mix, and one factor is the same everywhere. */
    @Property(tries = 10)
    @Tag("law-30")
    void traceIsTheProductOfTraces(@ForAll(supplier = AffineFree.ThroughLayerNorm.class) Setting setting) {
        List<KroneckerFactors> factors = subject.factors(setting.objective(), setting.layers());
        int held = 0;
        for (int i = 0; i < factors.size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            if (!ResidualStream.writes(setting.model(), layer) && !Modules.mixes(setting, layer)) {
                KroneckerFactors kfac = factors.get(i);
                double trace = Dense.trace(setting.gaussNewton().block(i));
                assertWithin("n̄ · tr A · tr S of " + layer.name(), trace,
                        kfac.meanLength() * Dense.trace(kfac.activation()) * Dense.trace(kfac.gradient()),
                        Rounding.SAME * trace);
                held++;
            }
        }
        // The last block's c_fc and the unembedding.
        assertWithin("layers that the law is about", ((Gpt2) setting.model()).config().tiedHead() ? 1 : 2, held, 0);
    }
}
