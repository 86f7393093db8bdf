package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device of some bytes: a graph takes its own at the first run and gives them back when it is closed. Like
 * {@link CheckedRunner}'s in all else.
 */
final class MeteredDevice implements GraphRunner.Factory {
    private final GraphRunner.Factory checked = new CheckedRunner.Factory();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong allocated = new AtomicLong();
    private final long bytes;

    MeteredDevice(long bytes) {
        this.bytes = bytes;
    }

    /** Bytes of the graphs that have run and are not closed. */
    long allocated() {
        return allocated.get();
    }

    /** Which graphs were made and closed, by the number of elements of their first result; to be read and cleared. */
    List<String> calls() {
        return calls;
    }

    @Override
    public GraphRunner create(DeviceGraph graph, Set<String> constants) {
        GraphRunner runner = checked.create(graph, constants);
        int size = graph.tasks().getLast().size();
        calls.add("create " + size);
        return new GraphRunner() {
            private boolean ran;

            @Override
            public void run() {
                if (!ran && allocated.addAndGet(graph.bytes()) > bytes) {
                    throw new AssertionError(allocated + " bytes on a device of " + bytes);
                }
                ran = true;
                runner.run();
            }

            @Override
            public void reload() {
                calls.add("reload " + size);
                runner.reload();
            }

            @Override
            public void close() {
                calls.add("close " + size);
                allocated.addAndGet(ran ? -graph.bytes() : 0);
                runner.close();
            }
        };
    }

    @Override
    public void requireArrays(DeviceGraph graph, String what) {}
}
