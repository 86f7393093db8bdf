package org.plumbline.tornado;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.plumbline.engine.Precision;
import org.plumbline.program.Node;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * The graphs that an engine has made, by program and precision. Graphs that no executable uses any more are kept for
 * the next equal program, as far as there is room; those that were asked for longest ago are closed first.
 */
final class GraphCache {
    private final long room;
    private final Map<Key, ProgramGraphs> graphs = new LinkedHashMap<>(16, 0.75f, true);
    private final Queue<ProgramGraphs.Lease> retired = new ConcurrentLinkedQueue<>();

    /**
     * @param room bytes that graphs may take which no executable uses: their arrays, and {@link ProgramGraphs#KERNEL} for
     *     each task
     */
    GraphCache(long room) {
        this.room = room;
    }

    /** What a graph depends on. */
    private record Key(List<Node> nodes, Map<String, Value> outputs, Precision precision) {}

    /** A lease of the graphs of {@code program}, which {@code make} makes if there are none. */
    synchronized ProgramGraphs.Lease lease(Program program, Precision precision, Supplier<ProgramGraphs> make) {
        tidy();
        return graphs.computeIfAbsent(new Key(program.nodes(), program.outputs(), precision), _ -> make.get()).lease();
    }

    /** Tells, from any thread, that the executable of this lease is gone. */
    void retire(ProgramGraphs.Lease lease) {
        retired.add(lease);
    }

    /** Closes graphs here and not in the thread that retires them, where nothing may fail. */
    private void tidy() {
        for (ProgramGraphs.Lease lease = retired.poll(); lease != null; lease = retired.poll()) {
            lease.release();
        }
        long idle = graphs.values().stream().mapToLong(ProgramGraphs::idleBytes).sum();
        Iterator<ProgramGraphs> oldest = graphs.values().iterator();
        while (idle > room) {
            ProgramGraphs next = oldest.next();
            idle -= next.idleBytes();
            if (next.closeIdle()) {
                oldest.remove();
            }
        }
    }
}
