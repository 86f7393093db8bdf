package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.solve.RandomSystems;

class TokenGradientsTest {

    /**
     * Law 42: positions sum to the gradient, which is computed through the weights and not through layer outputs;
     * padding has nothing. Both are sums of at most ten terms of the size of the parts' norms, after the same passes,
     * which agree to some hundred roundings.
     */
    @Property(tries = 20)
    void positionsSumToTheGradient(
            @ForAll @IntRange(min = 1, max = 6) int length, @ForAll @IntRange(max = 3) int padding, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        Gpt2 model = new Gpt2(new Gpt2Config(7, 9, 4, 2, 2, 6, false, 1e-5));
        int[] tokens = systems.random().ints(length + 1, 0, 7).toArray();
        int prompt = systems.random().nextInt(1, length + 1);
        Example example = Example.ofCompletion(tokens, prompt).padLeft(length + padding);
        Objective objective = new Objective(model, model.initialize(systems.random()), List.of(example));
        TokenGradients gradients = new TokenGradients(objective, model.layers(), RandomSystems.COMPUTE);
        double[] whole = new Gradients(objective, gradients.space(), RandomSystems.COMPUTE).ofObjective()[0];
        double[][] parts = gradients.of(example);
        double[] sum = new double[whole.length];
        double size = 0;
        List<Double> norms = new ArrayList<>();
        for (double[] part : parts) {
            Vectors.axpy(1, part, sum);
            norms.add(Vectors.norm(part));
            size += norms.getLast();
        }
        Vectors.axpy(-1, whole, sum);
        assertEquals(0, Vectors.norm(sum), 100 * 10 * Math.ulp(1.0) * size);
        for (int t = 0; t < padding; t++) {
            assertEquals(0, norms.get(t));
        }
    }
}
