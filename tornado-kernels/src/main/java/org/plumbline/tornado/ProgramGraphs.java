package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.plumbline.engine.Bindings;

/**
 * The graphs of one program, shared by the executables of all programs equal to it. Their runs follow each other.
 *
 * <p>Executables whose constant inputs are equal run one graph. Others take a graph over and load their constants,
 * which is far quicker than to compile another; whoever comes back to find its constants replaced gets a graph of its
 * own, since then both are in use. An executable that is gone never comes back.
 */
final class ProgramGraphs {
    /**
     * Bytes of the host's memory that a compiled kernel takes, which each task of each graph has for itself, as
     * measured on PoCL.
     */
    static final long KERNEL = 1 << 20;

    private final GraphRunner.Factory runners;
    private final Supplier<DeviceGraph> lowering;
    private final Set<String> inputs;
    private final long bytes;
    private final int kernels;
    private final List<LoadedGraph> graphs = new ArrayList<>();
    private final Set<Lease> leases = new HashSet<>();

    /** Lowers the program at once, so that one that does not fit the device is refused here. */
    ProgramGraphs(GraphRunner.Factory runners, Supplier<DeviceGraph> lowering) {
        this.runners = runners;
        this.lowering = lowering;
        DeviceGraph graph = add().graph();
        this.inputs = Set.copyOf(graph.inputs().keySet());
        this.bytes = graph.bytes();
        this.kernels = graph.tasks().size();
    }

    /** What an executable has of the graphs; apart from the executable, which it may outlive. */
    final class Lease {
        private LoadedGraph graph;
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
                choose(this, constants, stale, bindings);
                graph.run(bindings);
                results.accept(graph.graph());
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

    /** Bytes of all graphs, arrays and kernels. */
    synchronized long heldBytes() {
        return graphs.size() * bytesOfOne();
    }

    /** Bytes of the graphs that no executable uses. */
    synchronized long idleBytes() {
        return graphs.stream().filter(this::isIdle).count() * bytesOfOne();
    }

    private long bytesOfOne() {
        return bytes + kernels * KERNEL;
    }

    /**
     * Closes the graphs which no executable uses.
     *
     * @return whether no executable and no graph is left
     */
    synchronized boolean closeIdle() {
        graphs.removeIf(graph -> {
            boolean idle = isIdle(graph);
            if (idle) {
                graph.close();
            }
            return idle;
        });
        return leases.isEmpty();
    }

    /** Gives the lease a graph that has its constants. */
    private void choose(Lease lease, Set<String> constants, Set<String> stale, Bindings bindings) {
        LoadedGraph own = lease.graph;
        if (own != null && own.holds(constants, stale, bindings)) {
            return;
        }
        LoadedGraph same = first(graph -> graph != own && graph.holds(constants, constants, bindings));
        if (same == null) {
            lease.graph = null;
            lease.graph = own != null && isIdle(own) ? own : first(this::isIdle);
            if (lease.graph == null) {
                boolean addOne = lease.displaced || graphs.isEmpty();
                lease.graph = addOne ? add() : takeOver(own == null ? graphs.getFirst() : own);
            }
            lease.graph.load(constants, bindings);
        } else {
            lease.graph = same;
        }
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

    private LoadedGraph first(Predicate<LoadedGraph> property) {
        return graphs.stream().filter(property).findFirst().orElse(null);
    }

    private boolean isIdle(LoadedGraph graph) {
        return leases.stream().noneMatch(lease -> lease.graph == graph);
    }

    private LoadedGraph add() {
        LoadedGraph graph = new LoadedGraph(runners, lowering.get());
        graphs.add(graph);
        return graph;
    }
}
