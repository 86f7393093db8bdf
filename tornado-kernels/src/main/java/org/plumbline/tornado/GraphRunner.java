package org.plumbline.tornado;

import java.util.Set;

/** Runs one {@link DeviceGraph}, whose arrays have a copy on the device. */
interface GraphRunner extends AutoCloseable {

    /**
     * Copies the inputs to the device, performs the tasks and copies the results back. Arrays of residents and constant
     * inputs are copied the first time, and again after {@link #reload}.
     */
    void run();

    /** Forgets what is on the device: constant inputs have changed. */
    void reload();

    /** Frees the device's memory. */
    @Override
    void close();

    /** Makes runners for one device. */
    interface Factory {
        /**
         * Plans {@code graph}.
         *
         * @param constants the inputs that stay on the device
         */
        GraphRunner create(DeviceGraph graph, Set<String> constants);

        /**
         * Checks that the device takes each of the graph's arrays.
         *
         * @param what what the memory is for, as the message will call it
         * @throws org.plumbline.engine.InsufficientMemoryException if one is too large
         */
        void requireArrays(DeviceGraph graph, String what);
    }
}
