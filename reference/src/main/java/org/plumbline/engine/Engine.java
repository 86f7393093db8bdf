package org.plumbline.engine;

import org.plumbline.program.Program;

/** Runs programs. An engine is immutable and may be shared by threads; what it compiles may not. */
public interface Engine {

    /** A name for reports, such as {@code scalar}. */
    String name();

    /** Plans and allocates everything that running {@code program} needs. */
    Executable compile(Program program, Precision precision);
}
