package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.Evaluation;

/** The gradient of a log-likelihood by its meaning: a step along it makes the completion more probable. */
class GradientsTest {
    private static final double STEP = 1e-5;

    @Property(tries = 10)
    void aStepAlongTheGradientOfTheLogLikelihoodRaisesIt(@ForAll long seed) {
        RandomGenerator random = RandomStreams.of(seed, "gradients", 0);
        Gpt2 model = new Gpt2(new Gpt2Config(7, 5, 4, 1, 2, 6, false, 1e-5));
        Parameters parameters = model.initialize(random);
        Example query = Example.ofCompletion(random.ints(5, 0, 7).toArray(), 2);
        Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
        BlockSpace space = BlockSpace.ofAll(model);
        Gradients gradients = new Gradients(new Objective(model, parameters, List.of(query)), space, compute);
        double[] gradient = gradients.ofLogLikelihood(List.of(query))[0];
        double norm = Vectors.norm(gradient);
        double up = logLikelihood(model, moved(space, parameters, gradient, STEP / norm), query);
        double down = logLikelihood(model, moved(space, parameters, gradient, -STEP / norm), query);
        // A central difference errs by h²/6 times a third derivative, at most of order 10⁶ under layer normalization of
        // embeddings as small as these, and by 10 ε/h of rounding. The other sign would miss by 2 ‖∇f‖.
        assertEquals(norm, (up - down) / (2 * STEP), 1e-4 * (1 + norm));
        double[] ofLoss = gradients.of(List.of(query))[0];
        for (int i = 0; i < ofLoss.length; i++) {
            assertEquals(-ofLoss[i], gradient[i]);
        }
    }

    /** {@code θ + factor · direction}. */
    private static Parameters moved(BlockSpace space, Parameters parameters, double[] direction, double factor) {
        Map<String, double[]> values = new HashMap<>();
        space.parameters().forEach(name -> values.put(name, parameters.doubles(name)));
        double[] flat = space.flatten(values);
        Vectors.axpy(factor, direction, flat);
        return Parameters.ofDoubles(parameters.space(), space.unflatten(flat));
    }

    private static double logLikelihood(Gpt2 model, Parameters parameters, Example query) {
        return -new Evaluation(model, List.of(query), LoweredEngine.scalar(), Precision.DOUBLE, 1, Workers.serial())
                .losses(parameters)[0];
    }
}
