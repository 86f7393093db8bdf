package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** Task graphs on their device. */
public class TornadoExecutionPlan implements AutoCloseable {

    public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
        throw Stub.absent();
    }

    public TornadoExecutionPlan withDevice(TornadoDevice device) {
        throw Stub.absent();
    }

    public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
        throw Stub.absent();
    }

    public TornadoExecutionPlan withGraph(int graphIndex) {
        throw Stub.absent();
    }

    public TornadoExecutionPlan withAllGraphs() {
        throw Stub.absent();
    }

    public TornadoExecutionPlan freeDeviceMemory() {
        throw Stub.absent();
    }

    public TornadoExecutionResult execute() {
        throw Stub.absent();
    }

    @Override
    public void close() throws TornadoExecutionPlanException {
        throw Stub.absent();
    }
}
