package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link CheckedRunner} finds each fault in a graph that has it, and none in one that has none. */
class CheckedRunnerTest {
    private final double[] x = {1, 2, 3};
    private final double[] between = new double[3];
    private final double[] y = new double[3];

    private static void doubled(double[] in, double[] out, Integer n) {
        for (int i = 0; i < n; i++) {
            out[i] = 2 * in[i];
        }
    }

    private static DeviceGraph graph(List<Task> tasks, double[] x, List<Object> residents, List<Object> results) {
        return new DeviceGraph(tasks, new LinkedHashMap<>(Map.of("x", x)), residents, results, Map.of());
    }

    private static void run(List<Task> tasks, double[] x, List<Object> residents, List<Object> results) {
        new CheckedRunner.Factory().create(graph(tasks, x, residents, results), Set.of()).run();
    }

    private static void assertFound(String message, Runnable run) {
        AssertionError failure = assertThrows(AssertionError.class, run::run);
        assertTrue(failure.getMessage().contains(message), failure::getMessage);
    }

    private static Task task(double[] in, double[] out, int written) {
        return Task.of(out, out.length, CheckedRunnerTest::doubled, in, out, written);
    }

    @Test
    void aGraphWithoutFaultRuns() {
        run(List.of(task(x, between, 3), task(between, y, 3)), x, List.of(between), List.of(y));
        assertArrayEquals(new double[] {4, 8, 12}, y);
    }

    @Test
    void anIntermediateThatTheGraphDoesNotNameIsFound() {
        assertFound("does not name an array of a task",
                () -> run(List.of(task(x, between, 3), task(between, y, 3)), x, List.of(), List.of(y)));
    }

    @Test
    void anIntermediateThatNoTransferNamesIsFound() {
        List<Task> tasks = List.of(task(x, between, 3), task(between, y, 3));
        DeviceGraph graph = graph(tasks, x, List.of(between), List.of(y));
        GraphSegment faulty = new GraphSegment(
                0, tasks, List.of(), graph.inputs(), List.of(), List.of(), List.of(y));
        assertFound("argument 1 is named in no transfer",
                () -> new CheckedRunner(graph, List.of(faulty), Set.of()).run());
    }

    /** The second part needs what the first did not leave on the device. */
    @Test
    void aPartThatTakesOverWhatWasNotLeftIsFound() {
        Task first = task(x, between, 3);
        Task second = task(between, y, 3);
        DeviceGraph graph = graph(List.of(first, second), x, List.of(between), List.of(y));
        List<GraphSegment> faulty = List.of(
                new GraphSegment(0, List.of(first), List.of(), graph.inputs(), List.of(between), List.of(), List.of()),
                new GraphSegment(1, List.of(second), List.of(between), new LinkedHashMap<>(), List.of(), List.of(),
                        List.of(y)));
        assertFound("takes over other arrays", () -> new CheckedRunner(graph, faulty, Set.of()).run());
    }

    /** The first part writes an output that the second reads and copies back. */
    @Test
    void aPartThatCopiesBackWhatItTookOverIsFound() {
        Task first = task(x, between, 3);
        Task second = task(between, y, 3);
        DeviceGraph graph = graph(List.of(first, second), x, List.of(), List.of(between, y));
        List<GraphSegment> faulty = List.of(
                new GraphSegment(0, List.of(first), List.of(), graph.inputs(),
                        List.of(between), List.of(between), List.of()),
                new GraphSegment(1, List.of(second), List.of(between), new LinkedHashMap<>(), List.of(), List.of(),
                        List.of(y, between)));
        assertFound("copies back what it took over", () -> new CheckedRunner(graph, faulty, Set.of()).run());
    }

    @Test
    void anOutputThatIsOnlyPartlyWrittenIsFound() {
        assertFound("element 2 of 3 is not written", () -> run(List.of(task(x, y, 2)), x, List.of(), List.of(y)));
    }

    /** On a device the intermediate holds whatever was there before. */
    @Test
    void anIntermediateThatIsReadBeforeItIsWrittenIsFound() {
        assertFound("or made of one that is not",
                () -> run(List.of(task(between, y, 3), task(x, between, 3)), x, List.of(between), List.of(y)));
    }

    @Test
    void aTaskThatWritesWhatItReadsIsFound() {
        assertFound("the output is 2 of the arguments",
                () -> run(List.of(task(y, y, 3)), x, List.of(), List.of(y)));
    }

    @Test
    void anArrayThatIsNamedTwiceIsFound() {
        assertFound("names an array twice", () -> run(List.of(task(x, y, 3)), x, List.of(y), List.of(y)));
    }

    /** TornadoVM takes numbers, arrays and contexts. */
    @Test
    void anArgumentOfAnotherTypeIsFound() {
        Task task = Task.of(y, 3, CheckedRunnerTest::named, x, y, "three");
        assertFound("is a class java.lang.String", () -> run(List.of(task), x, List.of(), List.of(y)));
    }

    private static void named(double[] in, double[] out, String n) {
        doubled(in, out, n.length());
    }
}
