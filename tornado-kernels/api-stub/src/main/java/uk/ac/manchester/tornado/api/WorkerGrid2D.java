package uk.ac.manchester.tornado.api;

/** Work-items in two dimensions. */
public class WorkerGrid2D implements WorkerGrid {

    public WorkerGrid2D(int x, int y) {
        throw Stub.absent();
    }

    @Override
    public void setLocalWork(long x, long y, long z) {
        throw Stub.absent();
    }
}
