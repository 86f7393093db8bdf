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
 *
 * <p>An executable is gone when the garbage collector says so, and that knows of the Java heap alone: executables are
 * small, and what they hold lies on the device and in the driver. So the collector is asked whenever graphs hold twice
 * what they held after it last ran.
 */
final class GraphCache {
    private final long room;
    private final Runnable collector;
    private final Map<Key, ProgramGraphs> graphs = new LinkedHashMap<>(16, 0.75f, true);
    private final Queue<ProgramGraphs.Lease> retired = new ConcurrentLinkedQueue<>();
    private long limit;
    private boolean collected;

    /**
     * @param room bytes that graphs may take which no executable uses: their arrays, and
     *     {@link ProgramGraphs#KERNEL} for each task
     * @param collector finds executables that are gone, and has their leases retired soon after
     */
    GraphCache(long room, Runnable collector) {
        this.room = room;
        this.collector = collector;
        this.limit = room;
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
        collect();
    }

    private void collect() {
        long held = graphs.values().stream().mapToLong(ProgramGraphs::heldBytes).sum();
        if (collected) {
            limit = Math.max(room, 2 * held);
        }
        collected = held > limit;
        if (collected) {
            collector.run();
        }
    }
}
