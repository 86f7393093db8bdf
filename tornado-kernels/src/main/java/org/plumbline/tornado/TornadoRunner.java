package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.InsufficientMemoryException;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/** A graph as an execution plan of TornadoVM, compiled at its first run. */
final class TornadoRunner implements GraphRunner {
    private static final AtomicLong COUNT = new AtomicLong();

    private final DeviceGraph graph;
    private final Set<String> constants;
    private final TornadoDevice device;
    private final int code;
    private int parts;
    private TornadoExecutionPlan plan;

    private TornadoRunner(DeviceGraph graph, Set<String> constants, TornadoDevice device, int code) {
        this.graph = graph;
        this.constants = constants;
        this.device = device;
        this.code = code;
        this.plan = plan();
    }

    /**
     * Makes runners on a device.
     *
     * @param code the most bytes of a part of a graph
     */
    record Factory(TornadoDevice device, int code) implements GraphRunner.Factory {
        Factory(TornadoDevice device) {
            this(device, GraphSegment.CODE);
        }

        @Override
        public GraphRunner create(DeviceGraph graph, Set<String> constants) {
            return new TornadoRunner(graph, constants, device, code);
        }

        @Override
        public void requireArrays(DeviceGraph graph, String what) {
            InsufficientMemoryException.requireOnDevice(graph.largestBytes(), device.getMaxAllocMemory(),
                    TornadoDevices.describe(device), "the largest array of " + what);
        }
    }

    private TornadoExecutionPlan plan() {
        GridScheduler grids = new GridScheduler();
        List<ImmutableTaskGraph> graphs = new ArrayList<>();
        String before = null;
        for (GraphSegment segment : GraphSegment.of(graph, code)) {
            // Names are global to TornadoVM.
            String name = "plumbline" + COUNT.getAndIncrement();
            graphs.add(taskGraph(segment, name, before, grids));
            before = name;
        }
        parts = graphs.size();
        TornadoExecutionPlan made =
                new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new)).withDevice(device);
        return graph.tasks().stream().allMatch(task -> task.grid() == null) ? made : made.withGridScheduler(grids);
    }

    private ImmutableTaskGraph taskGraph(
            GraphSegment segment, String name, @Nullable String before, GridScheduler grids) {
        TaskGraph tasks = new TaskGraph(name);
        if (!segment.consumed().isEmpty()) {
            tasks.consumeFromDevice(before, segment.consumed().toArray());
        }
        segment.inputs().forEach((input, array) -> tasks.transferToDevice(
                constants.contains(input) ? DataTransferMode.FIRST_EXECUTION : DataTransferMode.EVERY_EXECUTION,
                array));
        if (!segment.residents().isEmpty()) {
            tasks.transferToDevice(DataTransferMode.FIRST_EXECUTION, segment.residents().toArray());
        }
        for (int i = 0; i < segment.tasks().size(); i++) {
            Task task = segment.tasks().get(i);
            String id = "t" + (segment.from() + i);
            task.addTo(tasks, id);
            if (task.grid() != null) {
                WorkerGrid2D workers = new WorkerGrid2D(task.grid().globalX(), task.grid().globalY());
                workers.setLocalWork(task.grid().localX(), task.grid().localY(), 1);
                grids.addWorkerGrid(name + "." + id, workers);
            }
        }
        if (!segment.persisted().isEmpty()) {
            tasks.persistOnDevice(segment.persisted().toArray());
        }
        if (!segment.results().isEmpty()) {
            tasks.transferToHost(DataTransferMode.EVERY_EXECUTION, segment.results().toArray());
        }
        return tasks.snapshot();
    }

    @Override
    public void run() {
        if (parts == 1) {
            plan.execute();
            return;
        }
        // Each part takes over the arrays of the part that ran before it.
        for (int part = 0; part < parts; part++) {
            plan.withGraph(part).execute();
        }
    }

    @Override
    public void reload() {
        if (parts == 1) {
            // The next run allocates again and copies everything.
            plan.freeDeviceMemory();
        } else {
            close();
            plan = plan();
        }
    }

    @Override
    public void close() {
        try {
            if (parts == 1) {
                plan.close();
                return;
            }
            for (int part = 0; part < parts; part++) {
                free(part);
            }
        } catch (TornadoExecutionPlanException failure) {
            throw new EngineUnavailableException("TornadoVM cannot free a plan: " + failure.getMessage(), failure);
        }
    }

    private void free(int part) {
        try {
            plan.withGraph(part).freeDeviceMemory();
        } catch (TornadoInternalError freed) {
            // An output that the part took over was freed with the part before, and those come last.
        }
    }
}
