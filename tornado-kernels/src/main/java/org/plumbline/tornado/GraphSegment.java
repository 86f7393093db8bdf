package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A part of a graph that TornadoVM can hold as one task graph; the parts run one after the other on the same
 * memory of the device.
 *
 * @param from number of the first task within the graph
 * @param tasks the tasks, in order
 * @param consumed arrays that the part before leaves on the device, for this part or a later one
 * @param inputs arrays of inputs that are used here for the first time, by name
 * @param residents other arrays that are used here for the first time and copied to the device
 * @param persisted arrays that this part leaves on the device for a later one
 * @param results arrays of outputs that are written here and copied back: of an array that a part took over, TornadoVM
 *     copies nothing back
 */
record GraphSegment(int from, List<Task> tasks, List<Object> consumed, SequencedMap<String, Object> inputs,
        List<Object> residents, List<Object> persisted, List<Object> results) {

    /**
     * Bytes of code that TornadoVM has room for in a task graph: a fixed array of 8192, of which a task takes 15 and
     * each of its arguments 5.
     */
    static final int CODE = 8192;

    private static final int CODE_OF_TASK = 15;
    private static final int CODE_OF_ARGUMENT = 5;

    /**
     * Nodes that TornadoVM has room for in its own graph of a task graph: a fixed array of 1024, a few of them its own.
     */
    private static final int NODES = 1000;

    /** A task, what it leaves to the next, and at most a constant for each number. */
    private static final int NODES_OF_TASK = 2;

    /** The array or context, how it comes, how it goes, and how it is copied back. */
    private static final int NODES_OF_OBJECT = 4;

    /**
     * Cuts {@code graph} into as few parts of at most {@code code} bytes, and no more nodes than TornadoVM takes, as
     * its order allows; a task alone may exceed both.
     */
    static List<GraphSegment> of(DeviceGraph graph, int code) {
        List<List<Task>> parts = cut(graph.tasks(), code);
        Map<Object, Integer> lastUse = new IdentityHashMap<>();
        for (int part = 0; part < parts.size(); part++) {
            int number = part;
            parts.get(part).forEach(task -> arrays(task).forEach(array -> lastUse.put(array, number)));
        }
        List<GraphSegment> segments = new ArrayList<>();
        int from = 0;
        List<Object> consumed = List.of();
        Set<Object> outputs = identitySet(graph.results());
        for (int part = 0; part < parts.size(); part++) {
            int number = part;
            List<Task> tasks = parts.get(part);
            List<Object> all = new ArrayList<>(consumed);
            Set<Object> present = identitySet(consumed);
            tasks.forEach(task -> arrays(task).stream().filter(present::add).forEach(all::add));
            Set<Object> fresh = identitySet(all.subList(consumed.size(), all.size()));
            SequencedMap<String, Object> inputs = new LinkedHashMap<>();
            graph.inputs().forEach((name, array) -> {
                if (fresh.remove(array)) {
                    inputs.put(name, array);
                }
            });
            List<Object> persisted = all.stream().filter(array -> lastUse.get(array) > number).toList();
            List<Object> results = tasks.stream().map(Task::output).filter(outputs::contains).toList();
            results.forEach(fresh::remove);
            segments.add(new GraphSegment(from, List.copyOf(tasks), consumed, inputs,
                    all.stream().filter(fresh::contains).toList(), persisted, results));
            consumed = persisted;
            from += tasks.size();
        }
        return List.copyOf(segments);
    }

    private static List<List<Task>> cut(List<Task> tasks, int code) {
        Map<Object, Integer> lastUse = new IdentityHashMap<>();
        for (int i = 0; i < tasks.size(); i++) {
            int number = i;
            arrays(tasks.get(i)).forEach(array -> lastUse.put(array, number));
        }
        List<List<Task>> parts = new ArrayList<>();
        Set<Object> objects = identitySet(List.of());
        int bytes = 0;
        int nodes = 0;
        for (int i = 0; i < tasks.size(); i++) {
            int number = i;
            Task task = tasks.get(i);
            int size = CODE_OF_TASK + CODE_OF_ARGUMENT * task.arguments().length;
            if (parts.isEmpty() || bytes + size > code || nodes + nodes(task, objects) > NODES) {
                parts.add(new ArrayList<>());
                bytes = 0;
                // Arrays that a later task uses pass through this part, used or not.
                objects.removeIf(object -> lastUse.getOrDefault(object, -1) < number);
                nodes = NODES_OF_OBJECT * objects.size();
            }
            nodes += nodes(task, objects);
            bytes += size;
            objects.addAll(arrays(task));
            parts.getLast().add(task);
        }
        return parts;
    }

    /** Nodes that a task adds to a graph that has these arrays; a context has nodes like an array. */
    private static int nodes(Task task, Set<Object> arrays) {
        int nodes = NODES_OF_TASK;
        for (Object argument : task.arguments()) {
            nodes += argument instanceof Number ? 1 : arrays.contains(argument) ? 0 : NODES_OF_OBJECT;
        }
        return nodes;
    }

    private static List<Object> arrays(Task task) {
        List<Object> arrays = new ArrayList<>();
        for (Object argument : task.arguments()) {
            if (argument.getClass().isArray()) {
                arrays.add(argument);
            }
        }
        return arrays;
    }

    private static Set<Object> identitySet(Collection<Object> objects) {
        Set<Object> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(objects);
        return set;
    }
}
