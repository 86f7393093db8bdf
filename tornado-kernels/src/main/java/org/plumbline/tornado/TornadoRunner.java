package org.plumbline.tornado;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.InsufficientMemoryException;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** A graph as an execution plan of TornadoVM, compiled at its first run. */
final class TornadoRunner implements GraphRunner {
    private static final AtomicLong COUNT = new AtomicLong();

    private final TornadoExecutionPlan plan;

    private TornadoRunner(TornadoExecutionPlan plan) {
        this.plan = plan;
    }

    /** Runners on {@code device}. */
    static Factory on(TornadoDevice device) {
        return new Factory() {
            @Override
            public GraphRunner create(DeviceGraph graph, Set<String> constants) {
                return new TornadoRunner(plan(graph, constants, device));
            }

            @Override
            public void requireMemory(DeviceGraph graph, String what) {
                String name = TornadoDevices.describe(device);
                InsufficientMemoryException.requireOnDevice(graph.bytes(), device.getMaxGlobalMemory(), name, what);
                InsufficientMemoryException.requireOnDevice(
                        graph.largestBytes(), device.getMaxAllocMemory(), name, "the largest array of " + what);
            }
        };
    }

    private static TornadoExecutionPlan plan(DeviceGraph graph, Set<String> constants, TornadoDevice device) {
        // Names are global to TornadoVM.
        String name = "plumbline" + COUNT.getAndIncrement();
        TaskGraph tasks = new TaskGraph(name);
        graph.inputs().forEach((input, array) -> tasks.transferToDevice(
                constants.contains(input) ? DataTransferMode.FIRST_EXECUTION : DataTransferMode.EVERY_EXECUTION, array));
        if (!graph.residents().isEmpty()) {
            tasks.transferToDevice(DataTransferMode.FIRST_EXECUTION, graph.residents().toArray());
        }
        GridScheduler grids = new GridScheduler();
        List<Task> steps = graph.tasks();
        boolean anyGrid = false;
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).addTo(tasks, "t" + i);
            Grid grid = steps.get(i).grid();
            if (grid != null) {
                WorkerGrid2D workers = new WorkerGrid2D(grid.globalX(), grid.globalY());
                workers.setLocalWork(grid.localX(), grid.localY(), 1);
                grids.addWorkerGrid(name + ".t" + i, workers);
                anyGrid = true;
            }
        }
        tasks.transferToHost(DataTransferMode.EVERY_EXECUTION, graph.results().toArray());
        TornadoExecutionPlan plan = new TornadoExecutionPlan(tasks.snapshot()).withDevice(device);
        return anyGrid ? plan.withGridScheduler(grids) : plan;
    }

    @Override
    public void run() {
        plan.execute();
    }

    @Override
    public void reload() {
        // The next run allocates again and copies everything.
        plan.freeDeviceMemory();
    }

    @Override
    public void close() {
        try {
            plan.close();
        } catch (TornadoExecutionPlanException failure) {
            throw new EngineUnavailableException("TornadoVM cannot free a plan: " + failure.getMessage(), failure);
        }
    }
}
