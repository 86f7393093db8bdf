package org.plumbline.tornado;

import org.plumbline.engine.InsufficientMemoryException;

/**
 * The account of a device's memory: what all graphs hold there together, of what there is.
 *
 * <p>A graph's arrays are counted from when it is promised to an executable until it is closed, whether it has run or
 * not. TornadoVM has one buffer for each array on the Java heap, and each graph has arrays of its own, the parameters
 * of a model among them; so nothing is shared, and bytes add up. Thread-safe; calls nothing that waits.
 */
final class DeviceMemory {
    private final String device;
    private final long bytes;
    private long held;
    private int graphs;

    /**
     * @param device what messages call it
     * @param bytes all that graphs may hold
     */
    DeviceMemory(String device, long bytes) {
        this.device = device;
        this.bytes = bytes;
    }

    /** Takes a graph's bytes if there are as many left, and tells whether there were. */
    synchronized boolean take(long ofGraph) {
        if (ofGraph > bytes - held) {
            return false;
        }
        held += ofGraph;
        graphs++;
        return true;
    }

    /** Gives back the bytes of a graph that is closed. */
    synchronized void giveBack(long ofGraph) {
        if (ofGraph > held || graphs == 0) {
            throw new IllegalStateException(ofGraph + " bytes given back of " + held + " in " + graphs + " graphs");
        }
        held -= ofGraph;
        graphs--;
    }

    /** Bytes that graphs hold. */
    synchronized long heldBytes() {
        return held;
    }

    /**
     * Checks that a graph of {@code what} fits if there is no other.
     *
     * @throws InsufficientMemoryException if it does not
     */
    void requireAlone(long ofGraph, String what) {
        InsufficientMemoryException.requireOnDevice(ofGraph, bytes, device, what);
    }

    /** That a graph of {@code what} does not fit beside the others. */
    synchronized InsufficientMemoryException refusal(long ofGraph, String what) {
        return InsufficientMemoryException.onDevice(ofGraph, held, graphs, bytes, device, what);
    }
}
