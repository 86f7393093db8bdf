package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.InsufficientMemoryException;

/**
 * The graphs of one program, shared by the executables of all programs equal to it. Their runs follow each other.
 *
 * <p>Executables whose constant inputs are equal run one graph. Others take a graph over and load their constants,
 * which is far quicker than to compile another; whoever comes back to find its constants replaced gets a graph of its
 * own if the device has room for one, since then both are in use. An executable that is gone never comes back.
 *
 * <p>As long as there are executables there is a graph, whose memory was taken when the first of them was compiled.
 */
final class ProgramGraphs {
    /**
     * Bytes of the host's memory that a compiled kernel takes, which each task of each graph has for itself, as
     * measured on PoCL.
     */
    static final long KERNEL = 1 << 20;

    /** Later than any time. */
    static final long NEVER = Long.MAX_VALUE;

    private final GraphKey key;
    private final Supplier<DeviceGraph> lowering;
    private final DeviceMemory memory;
    private final LongSupplier clock;
    private final Set<String> inputs;
    private final long bytes;
    private final int kernels;
    private final List<LoadedGraph> graphs = new ArrayList<>();
    private final Set<Lease> leases = new HashSet<>();

    /**
     * Lowers the program at once; the memory of this graph is for the caller to take.
     *
     * @param clock tells the time of a use, later at each call
     */
    ProgramGraphs(GraphKey key, Supplier<DeviceGraph> lowering, DeviceMemory memory, LongSupplier clock) {
        this.key = key;
        this.lowering = lowering;
        this.memory = memory;
        this.clock = clock;
        DeviceGraph graph = lowering.get();
        this.inputs = Set.copyOf(graph.inputs().keySet());
        this.bytes = graph.bytes();
        this.kernels = graph.tasks().size();
        add(graph);
    }

    /** What an executable has of the graphs; apart from the executable, which it may outlive. */
    final class Lease {
        private @Nullable LoadedGraph graph;
        private boolean displaced;

        private Lease() {}

        /** The inputs that some task reads. */
        Set<String> inputs() {
            return inputs;
        }

        /** Bytes of a graph's arrays. */
        long bytes() {
            return bytes;
        }

        /**
         * Runs the program.
         *
         * @param constants the inputs that are constant
         * @param stale those among them that were bound again since the last run
         * @param results is given the graph after the run and before it runs for another executable
         */
        void run(Set<String> constants, Set<String> stale, Bindings bindings, Consumer<DeviceGraph> results) {
            synchronized (ProgramGraphs.this) {
                LoadedGraph chosen = choose(this, constants, stale, bindings);
                chosen.run(bindings, clock.getAsLong());
                results.accept(chosen.graph());
            }
        }

        /** Gives it back; not to be run again. */
        void release() {
            synchronized (ProgramGraphs.this) {
                leases.remove(this);
            }
        }
    }

    synchronized Lease lease() {
        Lease lease = new Lease();
        leases.add(lease);
        return lease;
    }

    GraphKey key() {
        return key;
    }

    /** Bytes of a graph's arrays. */
    long bytes() {
        return bytes;
    }

    /** Bytes of all graphs, arrays and kernels. */
    synchronized long heldBytes() {
        return graphs.size() * bytesOfOne();
    }

    /** Bytes of the graphs that may be closed since no executable uses them. */
    synchronized long idleBytes() {
        return idle().size() * bytesOfOne();
    }

    private long bytesOfOne() {
        return bytes + kernels * KERNEL;
    }

    /** When the graph that is idle for longest was last used, {@link #NEVER} if there is none. */
    synchronized long idleSince() {
        return idle().stream().mapToLong(LoadedGraph::lastUse).findFirst().orElse(NEVER);
    }

    /**
     * Closes the graph that is idle for longest.
     *
     * @return whether no graph is left
     */
    synchronized boolean closeIdle() {
        idle().stream().findFirst().ifPresent(this::close);
        return graphs.isEmpty();
    }

    /** When the graph was last used that {@link #closeSpare} would close, {@link #NEVER} if there is none. */
    synchronized long spareSince() {
        return graphs.size() < 2 ? NEVER : leastRecentlyUsed().lastUse();
    }

    /** Closes the least recently used of several graphs; who has run it will take another over. */
    synchronized void closeSpare() {
        if (graphs.size() > 1) {
            close(takeOver(leastRecentlyUsed()));
        }
    }

    private LoadedGraph leastRecentlyUsed() {
        return graphs.stream().min(Comparator.comparingLong(LoadedGraph::lastUse)).orElseThrow();
    }

    private void close(LoadedGraph graph) {
        graph.close();
        graphs.remove(graph);
        memory.giveBack(bytes);
    }

    /** Graphs that nobody uses, the least recently used first; without the one that executables were promised. */
    private List<LoadedGraph> idle() {
        List<LoadedGraph> unused = graphs.stream().filter(this::isUnused)
                .sorted(Comparator.comparingLong(LoadedGraph::lastUse)).toList();
        return leases.isEmpty() || unused.size() < graphs.size() ? unused : unused.subList(0, unused.size() - 1);
    }

    /** Gives the lease a graph that has its constants. */
    private LoadedGraph choose(Lease lease, Set<String> constants, Set<String> stale, Bindings bindings) {
        LoadedGraph own = lease.graph;
        if (own != null && own.holds(constants, stale, bindings)) {
            return own;
        }
        LoadedGraph same = first(graph -> graph != own && graph.holds(constants, constants, bindings));
        if (same != null) {
            lease.graph = same;
            return same;
        }
        lease.graph = null;
        LoadedGraph free = own != null && isUnused(own) ? own : first(this::isUnused);
        if (free == null && lease.displaced) {
            free = another();
        }
        LoadedGraph chosen = free == null ? takeOver(own == null ? graphs.getFirst() : own) : free;
        lease.graph = chosen;
        chosen.load(constants, bindings);
        return chosen;
    }

    private LoadedGraph takeOver(LoadedGraph graph) {
        for (Lease lease : leases) {
            if (lease.graph == graph) {
                lease.graph = null;
                lease.displaced = true;
            }
        }
        return graph;
    }

    private @Nullable LoadedGraph first(Predicate<LoadedGraph> property) {
        return graphs.stream().filter(property).findFirst().orElse(null);
    }

    private boolean isUnused(LoadedGraph graph) {
        return leases.stream().noneMatch(lease -> lease.graph == graph);
    }

    /** A graph beside those that are there, or null if the device or the heap has no room for one. */
    private @Nullable LoadedGraph another() {
        if (!memory.take(bytes)) {
            return null;
        }
        DeviceGraph graph = null;
        try {
            graph = lowering.get();
        } catch (InsufficientMemoryException full) {
            return null;
        } finally {
            if (graph == null) {
                memory.giveBack(bytes);
            }
        }
        return add(graph);
    }

    private LoadedGraph add(DeviceGraph graph) {
        LoadedGraph loaded = new LoadedGraph(key.runners(), graph, clock.getAsLong());
        graphs.add(loaded);
        return loaded;
    }
}
