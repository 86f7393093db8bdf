package org.plumbline.engine;

import org.plumbline.program.Program;

/** What running a program takes, found out without allocating it. */
public final class MemoryEstimate {
    private MemoryEstimate() {}

    /** Bytes of the buffers that an executable of {@code program} allocates; bound inputs are not counted. */
    public static long bufferBytes(Program program, Precision precision) {
        return new BufferPlan(program).bytes(precision);
    }
}
