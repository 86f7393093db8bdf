package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.DecoderFixture;
import org.plumbline.model.Example;
import org.plumbline.model.Model;

/**
 * What TornadoVM's default device computes against PyTorch in double precision: the golden files of the reference (see
 * {@code ORIGIN.md} beside them), on models of every architecture.
 *
 * <p>Tolerance: 1e-9 relative to the norm of the expected tensor, as where the scalar engine is held to the same files:
 * a few thousand roundings on both sides, {@code 1e4 · 1.1e-16 ≈ 1e-12}, and room for cancellation
 * in second derivatives.
 */
class DeviceGoldenTest {
    private static final Path FIXTURES = Path.of("../reference/src/test/resources/fixtures/decoders");
    private static final double TOLERANCE = 1e-9;

    private static DecoderFixture fixture(String name) {
        return new DecoderFixture(FIXTURES.resolve(name));
    }

    private static Objective objective(DecoderFixture fixture) {
        return new Objective(fixture.model(), fixture.parameters(), fixture.examples());
    }

    /** A test for each model, on plain loops and, where they are faster, groups. */
    private static Stream<DynamicTest> tests(List<String> models, Check check) {
        return DeviceEngine.tests(GroupPolicy.WHERE_FASTER, engine -> models.stream().map(name ->
                DynamicTest.dynamicTest(name, () -> check.of(fixture(name), new Compute(engine, Workers.serial())))));
    }

    private interface Check {
        void of(DecoderFixture fixture, Compute compute);
    }

    @TestFactory
    Stream<DynamicTest> logitsAndLosses() {
        List<String> all = List.of(
                "gpt2", "gpt_neox", "llama", "gpt2_options", "gpt_neox_sequential", "llama3", "qwen2", "olmo2");
        return tests(all, (fixture, compute) -> assertLogitsAndLosses(fixture, compute.engine()));
    }

    private static void assertLogitsAndLosses(DecoderFixture fixture, Engine engine) {
        List<Example> examples = fixture.examples();
        int length = examples.getFirst().length();
        int vocabulary = fixture.model().vocabulary();
        Executable run = engine.compile(fixture.model().tapped(length), Precision.DOUBLE);
        run.bindPresentConstants(fixture.parameters().storages());
        fixture.model().layers().forEach(layer -> run.bindPresentConstants(Map.of(
                layer.shift(), Storage.of(new double[length * layer.outputs()]))));
        double[] logits = fixture.tensor("logits");
        double[] losses = fixture.tensor("loss");
        for (int m = 0; m < examples.size(); m++) {
            run.bindPresent(examples.get(m).storages(Precision.DOUBLE));
            run.run();
            double[] fed = examples.get(m).reals(Example.FED);
            for (int t = 0; t < length; t++) {
                int from = t * vocabulary;
                int golden = m * length * vocabulary + from;
                if (fed[t] != 0) {
                    assertClose("logits of sequence " + m + ", position " + t,
                            Arrays.copyOfRange(logits, golden, golden + vocabulary),
                            Arrays.copyOfRange(run.doubles(Model.OUTPUTS), from, from + vocabulary));
                }
            }
            assertClose("loss of sequence " + m, new double[] {losses[m]}, new double[] {run.scalar(Model.LOSS)});
        }
    }

    @TestFactory
    Stream<DynamicTest> gradients() {
        return tests(List.of("gpt2_options", "gpt_neox_sequential", "llama3"), (fixture, compute) -> {
            BlockSpace all = BlockSpace.ofAll(fixture.model());
            double[] mean = new double[all.dimension()];
            for (double[] gradient : new Gradients(objective(fixture), all, compute).ofObjective()) {
                Vectors.axpy(1.0 / fixture.examples().size(), gradient, mean);
            }
            assertClose("gradient", all.flatten(fixture.golden("grad.")), mean);
        });
    }

    @TestFactory
    Stream<DynamicTest> hessianProducts() {
        return tests(List.of("gpt2", "gpt_neox", "llama"), (fixture, compute) -> assertProduct(fixture, "hvp.0.",
                ExactCurvature.hessian(objective(fixture), BlockSpace.ofAll(fixture.model()), compute)));
    }

    @TestFactory
    Stream<DynamicTest> gaussNewtonProducts() {
        return tests(List.of("gpt2", "gpt_neox", "llama"), (fixture, compute) -> assertProduct(fixture, "ggnvp.0.",
                ExactCurvature.gaussNewton(objective(fixture), BlockSpace.ofAll(fixture.model()), compute)));
    }

    private static void assertProduct(DecoderFixture fixture, String golden, Curvature curvature) {
        BlockSpace all = curvature.space();
        assertClose(golden, all.flatten(fixture.golden(golden)), curvature.apply(all.flatten(fixture.golden("v.0."))));
    }

    @TestFactory
    Stream<DynamicTest> denseGaussNewtonBlocks() {
        return tests(List.of("gpt2"), (fixture, compute) -> {
            DenseCurvature dense = DenseExactCurvature.gaussNewton(
                    objective(fixture), fixture.model().mlpLayers(), compute, done -> {});
            for (int i = 0; i < dense.space().blocks().size(); i++) {
                String name = dense.space().blocks().get(i).name();
                assertClose("G of " + name, fixture.tensor("G." + name), dense.block(i));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> kroneckerFactorsInExactExpectation() {
        return tests(List.of("gpt2"), (fixture, compute) -> {
            FactorFit fit = new FactorFit(
                    objective(fixture), fixture.model().mlpLayers(), new FisherLabels.Expectation(), compute);
            for (KroneckerFactors factors : fit.factors()) {
                String name = factors.block().name();
                assertClose("A of " + name, fixture.tensor("A." + name), factors.activation());
                assertClose("S of " + name, fixture.tensor("S." + name), factors.gradient());
            }
        });
    }

    private static void assertClose(String what, double[] expected, double[] found) {
        double[] difference = found.clone();
        Vectors.axpy(-1, expected, difference);
        double error = Vectors.norm(difference) / Vectors.norm(expected);
        assertTrue(error <= TOLERANCE, () -> what + ": relative error " + error);
    }
}
