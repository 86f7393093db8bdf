package org.plumbline.verification.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.TrackedLayer;

/** Each case has what it is about, whatever the seed. */
class ConformanceCaseTest {
    private static final int TRIES = 25;

    private static List<Example> all(ConformanceProblem problem) {
        return Stream.concat(problem.training().stream(), problem.queries().stream()).toList();
    }

    /** Positions whose element of a mask is 1. */
    private static int[] where(Example example, String mask) {
        double[] values = example.reals(mask);
        return IntStream.range(0, values.length).filter(t -> values[t] == 1).toArray();
    }

    /** Whether a position is 0 in a mask and lies between two that are 1. */
    private static boolean hasHole(Example example, String mask) {
        int[] ones = where(example, mask);
        return ones.length > 0 && ones[ones.length - 1] - ones[0] >= ones.length;
    }

    @Property(tries = TRIES)
    void positionsAreNumberedByTheFedOnesBefore(@ForAll ConformanceCase which, @ForAll long seed) {
        for (Example example : all(which.problem(seed))) {
            int[] fed = where(example, Example.FED);
            int[] positions = example.indices(Example.POSITIONS);
            assertEquals(IntStream.range(0, fed.length).boxed().toList(),
                    Arrays.stream(fed).mapToObj(t -> positions[t]).toList());
        }
    }

    @Property(tries = TRIES)
    void queriesBearLoss(@ForAll ConformanceCase which, @ForAll long seed) {
        assertTrue(which.problem(seed).queries().stream().allMatch(query -> query.lossPositions() > 0));
    }

    @Property(tries = TRIES)
    void theSeedDecides(@ForAll ConformanceCase which, @ForAll long seed) {
        assertEquals(tokens(which, seed), tokens(which, seed));
        assertFalse(tokens(which, seed).equals(tokens(which, seed + 1)));
    }

    private static List<String> tokens(ConformanceCase which, long seed) {
        return all(which.problem(seed)).stream()
                .map(example -> Arrays.toString(example.indices(Example.TOKENS))
                        + Arrays.toString(example.indices(Example.LABELS)))
                .toList();
    }

    @Property(tries = TRIES)
    void layersAreWiderThanHighAndTheOtherWayRound(@ForAll ConformanceCase which, @ForAll long seed) {
        List<TrackedLayer> layers = which.problem(seed).layers();
        assertTrue(layers.stream().anyMatch(layer -> layer.outputs() < layer.inputs()));
        assertTrue(layers.stream().anyMatch(layer -> layer.outputs() > layer.columns()));
    }

    @Property(tries = TRIES)
    void theFirstHasBiasesPromptsAndPaddingOnTheRight(@ForAll long seed) {
        ConformanceProblem problem = ConformanceCase.GPT2.problem(seed);
        assertTrue(problem.layers().stream().allMatch(layer -> layer.columns() == layer.inputs() + 1));
        assertTrue(problem.queries().stream().allMatch(query -> query.lossPositions() < query.fedPositions()));
        for (Example example : all(problem)) {
            int[] fed = where(example, Example.FED);
            assertEquals(fed.length - 1, fed[fed.length - 1]);
        }
        assertTrue(all(problem).stream().map(Example::fedPositions).distinct().count() > 2);
    }

    @Property(tries = TRIES)
    void noBias(@ForAll long seed) {
        for (TrackedLayer layer : ConformanceCase.NO_BIAS.problem(seed).layers()) {
            assertTrue(layer.bias().isEmpty());
            assertEquals(layer.inputs(), layer.columns());
        }
    }

    @Property(tries = TRIES)
    void tiedHead(@ForAll long seed) {
        ConformanceProblem problem = ConformanceCase.TIED_HEAD.problem(seed);
        assertTrue(((Gpt2) problem.model()).config().tiedHead());
        ParameterBlock tied = problem.space().blocks().getLast();
        assertEquals(problem.model().outputLayer().orElseThrow().weight(), tied.weight());
        assertEquals(problem.model().vocabulary(), tied.rows());
        assertTrue(problem.layers().stream().noneMatch(layer -> layer.weight().equals(tied.weight())));
    }

    @Property(tries = TRIES)
    void leftPadding(@ForAll long seed) {
        ConformanceProblem problem = ConformanceCase.LEFT_PADDING.problem(seed);
        for (Example example : all(problem)) {
            int[] fed = where(example, Example.FED);
            assertEquals(example.length() - fed.length, fed[0]);
            assertEquals(example.length() - 1, fed[fed.length - 1]);
        }
        Set<Integer> lengths = problem.training().stream().map(Example::fedPositions).collect(Collectors.toSet());
        assertEquals(IntStream.rangeClosed(1, 8).boxed().collect(Collectors.toSet()), lengths);
        assertTrue(problem.training().stream()
                .anyMatch(example -> example.lossPositions() < example.fedPositions()));
    }

    @Property(tries = TRIES)
    void masks(@ForAll long seed) {
        ConformanceProblem problem = ConformanceCase.MASKS.problem(seed);
        for (List<Example> part : List.of(problem.training(), problem.queries())) {
            assertTrue(part.stream().anyMatch(example -> hasHole(example, Example.FED)));
            assertTrue(part.stream().anyMatch(
                    example -> hasHole(example, Example.WEIGHTS) && example.fedPositions() == example.length()));
        }
        assertTrue(problem.training().stream().anyMatch(example -> where(example, Example.FED)[0] > 0));
        assertTrue(problem.training().stream().anyMatch(example -> example.lossPositions() == 0));
    }

    @Property(tries = TRIES)
    void onePosition(@ForAll long seed) {
        ConformanceProblem problem = ConformanceCase.ONE_POSITION.problem(seed);
        assertTrue(all(problem).stream().allMatch(example -> example.length() == 1));
        assertEquals(Set.of(0, 1), problem.training().stream().map(Example::lossPositions).collect(Collectors.toSet()));
    }
}
