package org.plumbline.curvature;

import static org.plumbline.curvature.GoldenDecodersTest.assertClose;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.FisherLabels;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.DecoderFixture;

/**
 * What is exact on GPT-2's MLP layers, against PyTorch in double precision (see
 * {@code fixtures/decoders/gpt2/ORIGIN.md}), to the tolerance of {@link GoldenDecodersTest}.
 */
class GoldenGpt2Test {
    private final DecoderFixture fixture = new DecoderFixture("gpt2");
    private final Objective objective = new Objective(fixture.model(), fixture.parameters(), fixture.examples());
    private final Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());

    /**
     * The golden file has no gradient of its own; {@code (G + λ) · ihvp_of_grad} of its own tensors is the gradient.
     */
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
}
