package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes down which graphs are made, given other constants and closed, and runs them under
 * {@link CheckedRunner}'s checks.
 */
final class RunnerLog implements GraphRunner.Factory {
    private final GraphRunner.Factory checked = new CheckedRunner.Factory();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Function<Set<String>, String> creation;

    /**
     * @param creation what is written of a graph that is made with these constants
     */
    RunnerLog(Function<Set<String>, String> creation) {
        this.creation = creation;
    }

    /** What was written, to be read and cleared. */
    List<String> calls() {
        return calls;
    }

    @Override
    public GraphRunner create(DeviceGraph graph, Set<String> constants) {
        calls.add(creation.apply(constants));
        GraphRunner runner = checked.create(graph, constants);
        return new GraphRunner() {
            @Override
            public void run() {
                runner.run();
            }

            @Override
            public void reload() {
                calls.add("reload");
                runner.reload();
            }

            @Override
            public void close() {
                calls.add("close");
                runner.close();
            }
        };
    }

    @Override
    public void requireArrays(DeviceGraph graph, String what) {}
}
