package org.plumbline.engine;

import org.plumbline.program.Program;

/** Runs programs. An engine is immutable and may be shared by threads; what it compiles may not. */
public interface Engine {

    /** A name for reports, such as {@code scalar}. */
    String name();

    /**
     * Plans and allocates everything that running {@code program} needs.
     *
     * @throws EngineException if an index that is a constant of the program is out of bounds
     */
    Executable compile(Program program, Precision precision);
}
