package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Parameters;
import org.plumbline.program.UnaryFunction;
import org.plumbline.solve.RandomSystems;

class TracInTest {

    private static Mlp model() {
        return new Mlp(List.of(3, 4, 3), Optional.of(UnaryFunction.TANH), true, Likelihood.CATEGORICAL);
    }

    private static List<Example> examples(RandomSystems systems, int count) {
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            examples.add(Example.ofClasses(systems.gaussian(3), systems.random().nextInt(3)));
        }
        return examples;
    }

    private static double[][] gradients(Mlp model, Parameters parameters, List<Example> examples) {
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        return new Gradients(new Objective(model, parameters, examples), space, RandomSystems.COMPUTE).ofObjective();
    }

    /** One checkpoint: the gradient dot product times the learning rate, to the last bit but that of the product. */
    @Property(tries = 20)
    void oneCheckpointIsTheGradientDotProduct(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        Mlp model = model();
        Parameters parameters = model.initialize(systems.random());
        List<Example> training = examples(systems, 4);
        List<Example> queries = examples(systems, 2);
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        double[][] ofQueries = gradients(model, parameters, queries);
        double[][] measured = new double[2][];
        Arrays.setAll(measured, q -> Arrays.stream(ofQueries[q]).map(value -> -value).toArray());
        double[][] expected = InfluenceScores.of(
                ClosedFormInverse.identity(space).applyAll(measured), gradients(model, parameters, training)).raw();
        double[][] found = new TracIn(model, space, List.of(new TracIn.Checkpoint(parameters, 0.25)))
                .scores(queries, training, RandomSystems.COMPUTE);
        for (int q = 0; q < 2; q++) {
            for (int m = 0; m < 4; m++) {
                assertEquals(0.25 * expected[q][m], found[q][m]);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new TracIn(model, space, List.of()));
        for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new TracIn.Checkpoint(parameters, rate));
        }
        // A schedule may end at zero.
        assertEquals(0, new TracIn(model, space, List.of(new TracIn.Checkpoint(parameters, 0)))
                .scores(queries, training, RandomSystems.COMPUTE)[0][0]);
    }

    /**
     * What it estimates: with a checkpoint before each of ten steps of plain gradient descent, each on one sequence,
     * the scores of the sequences at their own steps sum to the change of the query's log-likelihood. First order: half
     * the learning rate leaves a quarter of the error, here within a third for third-order terms at a rate of 1e-3.
     */
    @Property(tries = 10)
    void scoresAlongThePathSumToTheChange(@ForAll long seed) {
        double coarse = Math.abs(remainder(seed, 2e-3));
        double fine = Math.abs(remainder(seed, 1e-3));
        assertTrue(fine <= coarse / 3 + 1e-13, () -> "error " + coarse + " at 2e-3, " + fine + " at 1e-3");
    }

    private static double remainder(long seed, double rate) {
        RandomSystems systems = new RandomSystems(seed);
        Mlp model = model();
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        Parameters parameters = model.initialize(systems.random());
        List<Example> training = examples(systems, 10);
        List<Example> query = examples(systems, 1);
        double before = -loss(model, parameters, query.getFirst());
        double sum = 0;
        for (int step = 0; step < training.size(); step++) {
            TracIn atStep = new TracIn(model, space, List.of(new TracIn.Checkpoint(parameters, rate)));
            sum += atStep.scores(query, training, RandomSystems.COMPUTE)[0][step];
            parameters = descend(model, parameters, training.get(step), rate);
        }
        return -loss(model, parameters, query.getFirst()) - before - sum;
    }

    private static Parameters descend(Mlp model, Parameters parameters, Example example, double rate) {
        double[] gradient = gradients(model, parameters, List.of(example))[0];
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        Map<String, double[]> values = new LinkedHashMap<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            var block = space.blocks().get(i);
            double[] weight = parameters.doubles(block.weight()).clone();
            double[] bias = parameters.doubles(block.bias().orElseThrow()).clone();
            int columns = block.columns();
            for (int row = 0; row < block.rows(); row++) {
                for (int column = 0; column < columns - 1; column++) {
                    weight[row * (columns - 1) + column] -= rate * gradient[space.offset(i) + row * columns + column];
                }
                bias[row] -= rate * gradient[space.offset(i) + row * columns + columns - 1];
            }
            values.put(block.weight(), weight);
            values.put(block.bias().orElseThrow(), bias);
        }
        return Parameters.ofDoubles(model.space(), values);
    }

    private static double loss(Mlp model, Parameters parameters, Example example) {
        var executable = RandomSystems.COMPUTE.engine()
                .compile(model.loss(example.length()), Precision.DOUBLE);
        executable.bindPresent(parameters.storages());
        executable.bindPresent(example.storages(Precision.DOUBLE));
        executable.run();
        return executable.doubles("loss")[0];
    }
}
