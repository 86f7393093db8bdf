package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where a graph is cut for TornadoVM. */
class GraphSegmentTest {

    private static void sum(double[] x, double[] y, double[] z, Integer n) {
        z[0] = x[0] + y[0];
    }

    /** Task {@code i} adds the results of {@code i − 1} and of {@code i − distance}. */
    private static DeviceGraph graph(int tasks, int distance) {
        List<double[]> arrays = new ArrayList<>();
        for (int i = 0; i < tasks + distance; i++) {
            arrays.add(new double[1]);
        }
        List<Task> chain = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            double[] out = arrays.get(i + distance);
            chain.add(Task.of(out, 1, GraphSegmentTest::sum, arrays.get(i + distance - 1), arrays.get(i), out, 1));
        }
        List<Object> residents = new ArrayList<>(arrays.subList(0, tasks + distance - 1));
        return new DeviceGraph(chain, new LinkedHashMap<>(), residents, List.of(arrays.getLast()), Map.of());
    }

    private static int objects(GraphSegment segment) {
        Set<Object> objects = Collections.newSetFromMap(new IdentityHashMap<>());
        objects.addAll(segment.consumed());
        segment.tasks().forEach(task -> {
            for (Object argument : task.arguments()) {
                if (argument.getClass().isArray()) {
                    objects.add(argument);
                }
            }
        });
        return objects.size();
    }

    /**
     * Every array has three nodes in TornadoVM's graph, one that is copied back a fourth, a task two;
     * there is room for 1024.
     */
    @Test
    void noPartHasMoreNodesThanTornadoVmTakes() {
        for (int distance : new int[] {2, 50, 200}) {
            List<GraphSegment> segments = GraphSegment.of(graph(600, distance), Integer.MAX_VALUE);
            assertEquals(600, segments.stream().mapToInt(segment -> segment.tasks().size()).sum());
            for (GraphSegment segment : segments) {
                assertTrue(4 * objects(segment) + 2 * segment.tasks().size() < 1024, () -> "at task " + segment.from());
            }
        }
    }
}
