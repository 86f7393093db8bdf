package org.plumbline.tornado;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.Storage;

/** A graph, the runner that has compiled it, and the constant inputs whose elements it has on the device. */
final class LoadedGraph {
    /** Drivers compile kernels through files that they share: one graph is compiled at a time. */
    private static final Object COMPILATION = new Object();

    private final GraphRunner.Factory runners;
    private final DeviceGraph graph;
    private Set<String> constants = Set.of();
    private @Nullable GraphRunner runner;
    private long lastUse;

    /**
     * @param now when it is made, by the clock of {@link #lastUse}
     */
    LoadedGraph(GraphRunner.Factory runners, DeviceGraph graph, long now) {
        this.runners = runners;
        this.graph = graph;
        this.lastUse = now;
    }

    DeviceGraph graph() {
        return graph;
    }

    /** When it last ran, or was made. */
    long lastUse() {
        return lastUse;
    }

    /** Whether the device has these inputs as constants, {@code unsure} with the elements that are bound now. */
    boolean holds(Set<String> wanted, Set<String> unsure, Bindings bindings) {
        return runner != null && constants.equals(wanted)
                && unsure.stream().allMatch(name -> sameBits(bindings.get(name), graph.inputs().get(name)));
    }

    /**
     * Makes these inputs, with the elements that are bound now, what the device has as constants from the next run on.
     */
    void load(Set<String> wanted, Bindings bindings) {
        wanted.forEach(name -> copy(bindings.get(name), graph.inputs().get(name)));
        if (runner != null && constants.equals(wanted)) {
            runner.reload();
        } else {
            close();
            constants = Set.copyOf(wanted);
        }
    }

    /** Runs the graph on its constants and, for other inputs, on the elements that are bound now. */
    void run(Bindings bindings, long now) {
        lastUse = now;
        graph.inputs().forEach((name, array) -> {
            if (!constants.contains(name)) {
                copy(bindings.get(name), array);
            }
        });
        if (graph.tasks().isEmpty()) {
            return;
        }
        if (runner != null) {
            runner.run();
            return;
        }
        synchronized (COMPILATION) {
            runner = runners.create(graph, constants);
            runner.run();
        }
    }

    void close() {
        if (runner != null) {
            runner.close();
            runner = null;
        }
    }

    private static boolean sameBits(Storage bound, Object array) {
        return switch (bound) {
            case Storage.Doubles(double[] elements) -> Arrays.equals(elements, (double[]) array);
            case Storage.Floats(float[] elements) -> Arrays.equals(elements, (float[]) array);
            case Storage.Indices(int[] elements) -> Arrays.equals(elements, (int[]) array);
        };
    }

    private static void copy(Storage bound, Object array) {
        System.arraycopy(bound.array(), 0, array, 0, Array.getLength(array));
    }
}
