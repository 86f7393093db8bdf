package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.program.UnaryFunction;
import org.plumbline.solve.RandomSystems;

/** Objectives of more examples than a batch or a shard holds, and of numbers that neither divides. */
class ManyExamplesTest {

    /**
     * The dense matrix, built batch by batch, and the operator, summed shard by shard, are one curvature: sums of 800
     * terms in other orders, {@code 800 ε} of the sum of magnitudes at worst.
     */
    @Property(tries = 3)
    void batchesAndShardsSumToTheMean(
            @ForAll @IntRange(min = 300, max = 800) int count, @ForAll @IntRange(min = 1, max = 3) int threads,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        Mlp model = new Mlp(List.of(2, 3, 3), Optional.of(UnaryFunction.TANH), true, Likelihood.CATEGORICAL);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            examples.add(Example.ofClasses(systems.gaussian(2), systems.random().nextInt(3)));
        }
        Objective objective = new Objective(model, model.initialize(systems.random()), examples);
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        double[] v = systems.gaussian(space.dimension());
        List<Integer> told = new ArrayList<>();
        try (Workers workers = Workers.of(threads)) {
            Compute compute = new Compute(LoweredEngine.scalar(), workers);
            double[] dense = DenseExactCurvature.gaussNewton(objective, model.layers(), compute, told::add).apply(v);
            double[] difference = ExactCurvature.gaussNewton(objective, space, compute).apply(v);
            Vectors.axpy(-1, dense, difference);
            assertEquals(0, Vectors.norm(difference), 1e-12 * Vectors.norm(dense));
            double[] hessian = DenseExactCurvature.hessian(objective, model.layers(), compute, done -> {}).apply(v);
            double[] other = ExactCurvature.hessian(objective, space, compute).apply(v);
            Vectors.axpy(-1, hessian, other);
            assertEquals(0, Vectors.norm(other), 1e-11 * Vectors.norm(hessian));
        }
        assertEquals(count, told.getLast());
    }
}
