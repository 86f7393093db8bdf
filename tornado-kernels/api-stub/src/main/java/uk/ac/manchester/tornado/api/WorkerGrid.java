package uk.ac.manchester.tornado.api;

/** Work-items of one task. */
public interface WorkerGrid {

    void setLocalWork(long x, long y, long z);
}
