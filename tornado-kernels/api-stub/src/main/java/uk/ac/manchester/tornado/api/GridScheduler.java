package uk.ac.manchester.tornado.api;

/** Work-items of tasks, by {@code graph.task}. */
public class GridScheduler {

    public GridScheduler() {
        throw Stub.absent();
    }

    public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
        throw Stub.absent();
    }
}
