package org.plumbline.batch;

/** The memory of stages that follow each other. */
public final class StageMemory {
    private StageMemory() {}

    /**
     * Collects what a stage left. Its buffers are large and few, and a collector that would rather grow than look for
     * them would let the next stage stand beside them: the peak would be the sum of the stages and not the largest.
     */
    public static void release() {
        System.gc();
    }
}
