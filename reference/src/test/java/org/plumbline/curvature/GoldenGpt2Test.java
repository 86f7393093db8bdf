package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2Fixture;
import org.plumbline.model.Model;

/**
 * Everything exact, against PyTorch in double precision (see {@code fixtures/decoders/gpt2/ORIGIN.md}).
 *
 * <p>Tolerance: 1e-9 relative to the norm of the expected tensor. Both sides accumulate rounding of a few thousand
 * operations, {@code 1e4 · 1.1e-16 ≈ 1e-12}; the rest is room for cancellation in second derivatives.
 */
class GoldenGpt2Test {
    private static final double TOLERANCE = 1e-9;

    private final Gpt2Fixture fixture = new Gpt2Fixture();
    private final Objective objective = new Objective(fixture.model(), fixture.parameters(), fixture.examples());
    private final Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
    private final BlockSpace all = BlockSpace.ofAll(fixture.model());

    @Test
    void logitsOfFedPositionsAndLosses() {
        double[] logits = fixture.tensor("logits");
        double[] losses = fixture.tensor("loss");
        int length = 7;
        int vocabulary = fixture.model().config().vocabulary();
        Executable run = compute.engine().compile(fixture.model().tapped(length), Precision.DOUBLE);
        run.bindPresent(objective.parameters().storages());
        fixture.model().layers().forEach(layer -> run.bindPresent(Map.of(
                layer.shift(), Storage.of(new double[length * layer.outputs()]))));
        List<Example> examples = objective.examples();
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

    /** The golden file has no gradient of its own; {@code (G + λ) · ihvp_of_grad} of its own tensors is the gradient. */
    @Test
    void gradientOfTheObjective() {
        BlockSpace mlp = BlockSpace.ofLayers(fixture.model().mlpLayers());
        double[] mean = new double[mlp.dimension()];
        for (double[] gradient : new Gradients(objective, mlp, compute).ofObjective()) {
            Vectors.axpy(1.0 / objective.examples().size(), gradient, mean);
        }
        for (int i = 0; i < mlp.blocks().size(); i++) {
            String name = mlp.blocks().get(i).name();
            double[] g = fixture.tensor("G." + name);
            double[] x = fixture.tensor("ihvp_of_grad." + name);
            double damping = fixture.tensor("damping." + name)[0];
            double[] expected = x.clone();
            Vectors.scale(damping, expected);
            for (int row = 0; row < x.length; row++) {
                expected[row] += Vectors.dot(Arrays.copyOfRange(g, row * x.length, (row + 1) * x.length), x);
            }
            assertClose("gradient of " + name, expected,
                    Arrays.copyOfRange(mean, mlp.offset(i), mlp.offset(i + 1)));
        }
    }

    @Test
    void denseGaussNewtonBlocks() {
        DenseCurvature dense = DenseExactCurvature.gaussNewton(
                objective, fixture.model().mlpLayers(), compute, done -> {});
        for (int i = 0; i < dense.space().blocks().size(); i++) {
            String name = dense.space().blocks().get(i).name();
            assertClose("G of " + name, fixture.tensor("G." + name), dense.block(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void hessianProducts(int k) {
        double[] v = all.flatten(fixture.golden("v." + k + "."));
        assertClose("Hessian product " + k, all.flatten(fixture.golden("hvp." + k + ".")),
                ExactCurvature.hessian(objective, all, compute).apply(v));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void gaussNewtonProducts(int k) {
        double[] v = all.flatten(fixture.golden("v." + k + "."));
        assertClose("Gauss–Newton product " + k, all.flatten(fixture.golden("ggnvp." + k + ".")),
                ExactCurvature.gaussNewton(objective, all, compute).apply(v));
    }

    @Test
    void kroneckerFactorsInExactExpectation() {
        FactorFit fit = new FactorFit(
                objective, fixture.model().mlpLayers(), new FisherLabels.Expectation(), compute);
        for (KroneckerFactors factors : fit.factors()) {
            String name = factors.block().name();
            assertClose("A of " + name, fixture.tensor("A." + name), factors.activation());
            assertClose("S of " + name, fixture.tensor("S." + name), factors.gradient());
        }
    }

    private static void assertClose(String what, double[] expected, double[] found) {
        double[] difference = found.clone();
        Vectors.axpy(-1, expected, difference);
        double error = Vectors.norm(difference) / Vectors.norm(expected);
        assertTrue(error <= TOLERANCE, () -> what + ": relative error " + error);
    }
}
