package org.plumbline.tornado;

import org.plumbline.engine.Engine;

/** Engines on devices that are not there. */
final class TestDevice {
    private TestDevice() {}

    /** On a device of its own, with memory for everything. */
    static Engine engine(GraphRunner.Factory runners, GroupPolicy policy) {
        return engine(runners, policy, Long.MAX_VALUE);
    }

    /** On a device of its own, of so many bytes. */
    static Engine engine(GraphRunner.Factory runners, GroupPolicy policy, long bytes) {
        GraphCache graphs = new GraphCache(new DeviceMemory("a small device", bytes));
        graphs.collectWith(System::gc);
        return new TornadoEngine("test", runners, policy, graphs);
    }
}
