package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.DecoderFixture;
import org.plumbline.model.Example;
import org.plumbline.model.Model;

/**
 * Each architecture against PyTorch in double precision (see {@code ORIGIN.md} in the folders of
 * {@code fixtures/decoders}).
 *
 * <p>Tolerance: 1e-9 relative to the norm of the expected tensor. Both sides accumulate rounding of a few thousand
 * operations, {@code 1e4 · 1.1e-16 ≈ 1e-12}; the rest is room for cancellation in second derivatives.
 */
class GoldenDecodersTest {
    private static final double TOLERANCE = 1e-9;

    private final Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());

    @ParameterizedTest
    @ValueSource(strings = {
        "gpt2", "gpt_neox", "llama", "gpt2_options", "gpt_neox_sequential", "llama3", "qwen2", "olmo2",
        "mistral", "qwen3", "phi3", "gemma", "gemma2", "gemma3", "smollm3", "olmo3", "granite", "gptj",
        "opt", "starcoder2"
    })
    void logitsOfFedPositionsAndLosses(String name) {
        DecoderFixture fixture = new DecoderFixture(name);
        double[] logits = fixture.tensor("logits");
        double[] losses = fixture.tensor("loss");
        int length = fixture.examples().getFirst().length();
        int vocabulary = fixture.model().vocabulary();
        Executable run = compute.engine().compile(fixture.model().tapped(length), Precision.DOUBLE);
        run.bindPresent(fixture.parameters().storages());
        fixture.model().layers().forEach(layer -> run.bindPresent(Map.of(
                layer.shift(), Storage.of(new double[length * layer.outputs()]))));
        List<Example> examples = fixture.examples();
        for (int m = 0; m < examples.size(); m++) {
            run.bindPresent(examples.get(m).storages(Precision.DOUBLE));
            run.run();
            double[] fed = examples.get(m).reals(Example.FED);
            double[] found = run.doubles(Model.OUTPUTS);
            for (int t = 0; t < length; t++) {
                if (fed[t] != 0) {
                    int start = t * vocabulary;
                    assertClose("logits of sequence " + m + ", position " + t,
                            Arrays.copyOfRange(logits, m * length * vocabulary + start,
                                    m * length * vocabulary + start + vocabulary),
                            Arrays.copyOfRange(found, start, start + vocabulary));
                }
            }
            assertClose("loss of sequence " + m, new double[] {losses[m]}, new double[] {run.scalar(Model.LOSS)});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "gpt2_options", "gpt_neox_sequential", "llama3", "qwen2", "olmo2",
        "mistral", "qwen3", "phi3", "gemma", "gemma2", "gemma3", "smollm3", "olmo3", "granite", "gptj",
        "opt", "starcoder2"
    })
    void gradients(String name) {
        DecoderFixture fixture = new DecoderFixture(name);
        Objective objective = new Objective(fixture.model(), fixture.parameters(), fixture.examples());
        BlockSpace all = BlockSpace.ofAll(fixture.model());
        double[] mean = new double[all.dimension()];
        for (double[] gradient : new Gradients(objective, all, compute).ofObjective()) {
            Vectors.axpy(1.0 / objective.examples().size(), gradient, mean);
        }
        assertClose("gradient", all.flatten(fixture.golden("grad.")), mean);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, 0", "gpt2, 1", "gpt_neox, 0", "gpt_neox, 1", "llama, 0", "llama, 1", "gpt2_options, 0",
        "gpt_neox_sequential, 0", "llama3, 0", "qwen2, 0", "olmo2, 0"})
    void hessianProducts(String name, int k) {
        assertProduct("hvp.", name, k, ExactCurvature::hessian);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, 0", "gpt2, 1", "gpt_neox, 0", "gpt_neox, 1", "llama, 0", "llama, 1", "mistral, 0",
        "qwen3, 0", "phi3, 0", "gemma, 0", "gemma2, 0", "gemma3, 0", "smollm3, 0", "olmo3, 0", "granite, 0",
        "gptj, 0", "opt, 0", "starcoder2, 0"})
    void gaussNewtonProducts(String name, int k) {
        assertProduct("ggnvp.", name, k, ExactCurvature::gaussNewton);
    }

    private interface Exact {
        Curvature of(Objective objective, BlockSpace space, Compute compute);
    }

    private void assertProduct(String golden, String name, int k, Exact curvature) {
        DecoderFixture fixture = new DecoderFixture(name);
        Objective objective = new Objective(fixture.model(), fixture.parameters(), fixture.examples());
        BlockSpace all = BlockSpace.ofAll(fixture.model());
        double[] v = all.flatten(fixture.golden("v." + k + "."));
        assertClose(golden + k, all.flatten(fixture.golden(golden + k + ".")),
                curvature.of(objective, all, compute).apply(v));
    }

    static void assertClose(String what, double[] expected, double[] found) {
        double[] difference = found.clone();
        Vectors.axpy(-1, expected, difference);
        double error = Vectors.norm(difference) / Vectors.norm(expected);
        assertTrue(error <= TOLERANCE, () -> what + ": relative error " + error);
    }
}
