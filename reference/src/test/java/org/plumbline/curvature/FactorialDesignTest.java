package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.batch.FisherLabels;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.RandomSystems;

/**
 * The case in which nothing is approximated: a full factorial design, every activation {@code x} with every output
 * gradient {@code c}, and the loss {@code ⟨c, W̄x̄⟩}. Its Fisher matrix {@code E[c cᵀ] ⊗ E[x̄ x̄ᵀ]} is a Kronecker
 * product, so K-FAC, EK-FAC, partial traces and nearest product are all the exact block.
 *
 * <p>The loss's gradient in the outputs is {@code c} whatever the outputs are; squared error has the same gradient at
 * targets {@code W̄x̄ − c}, up to the rounding of that difference, some {@code ε |W̄x̄| / |c|} relative.
 */
class FactorialDesignTest {
    private static final double TOLERANCE = 1e-12;

    @Property(tries = 40)
    void nothingIsApproximated(
            @ForAll @IntRange(min = 1, max = 5) int inputs, @ForAll @IntRange(min = 1, max = 5) int outputs,
            @ForAll boolean bias, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        Mlp model = new Mlp(List.of(inputs, outputs), Optional.empty(), bias, Likelihood.GAUSSIAN);
        Parameters parameters = model.initialize(systems.random());
        // More levels than dimensions, so that both factors are of full rank.
        List<double[]> activations = new ArrayList<>();
        List<double[]> gradients = new ArrayList<>();
        for (int i = 0; i < inputs + 3; i++) {
            activations.add(systems.gaussian(inputs));
        }
        for (int j = 0; j < outputs + 2; j++) {
            gradients.add(systems.gaussian(outputs));
        }
        String layer = model.layers().getFirst().name();
        double[] weight = parameters.doubles(model.layers().getFirst().weight());
        double[] offset = model.layers().getFirst().bias().map(parameters::doubles).orElse(new double[outputs]);
        List<Example> examples = new ArrayList<>();
        for (double[] x : activations) {
            for (double[] c : gradients) {
                double[] target = new double[outputs];
                for (int o = 0; o < outputs; o++) {
                    double[] row = Arrays.copyOfRange(weight, o * inputs, (o + 1) * inputs);
                    target[o] = offset[o] + Vectors.dot(row, x) - c[o];
                }
                examples.add(Example.ofTargets(1, x, target));
            }
        }
        Objective objective = new Objective(model, parameters, examples);
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        DenseCurvature exact = DenseCurvature.of(
                new EmpiricalFisher(space, new Gradients(objective, space, RandomSystems.COMPUTE).ofObjective()),
                RandomSystems.COMPUTE);
        FactorFit fit = new FactorFit(objective, model.layers(), new FisherLabels.Training(), RandomSystems.COMPUTE);
        List<KroneckerFactors> factors = fit.factors();
        List<KroneckerCurvature> estimates = List.of(
                KroneckerCurvature.kfac(factors), KroneckerCurvature.ekfac(factors, fit),
                KroneckerCurvature.ekfac(factors, exact), KroneckerCurvature.kfac(DenseFactors.partialTraces(exact)),
                KroneckerCurvature.kfac(DenseFactors.nearest(exact)));
        Damping damping = Damping.relative(space, 0.1, exact.diagonal());
        InverseCurvature truth = DenseInverse.of(exact, damping);
        double[] v = systems.gaussian(space.dimension());
        for (KroneckerCurvature estimate : estimates) {
            assertSame(exact.apply(v), estimate.apply(v), layer);
            assertSame(truth.apply(v), ClosedFormInverse.of(estimate, damping).apply(v), layer);
        }
    }

    private static void assertSame(double[] expected, double[] actual, String what) {
        double[] difference = actual.clone();
        Vectors.axpy(-1, expected, difference);
        assertEquals(0, Vectors.norm(difference), TOLERANCE * Vectors.norm(expected), what);
    }
}
