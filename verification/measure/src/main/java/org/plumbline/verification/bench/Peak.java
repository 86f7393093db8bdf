package org.plumbline.verification.bench;

import java.util.Optional;

/** A speed that the stages of a benchmark are shares of, measured in the same process. */
public interface Peak {

    /** Runs for some tenths of a second and returns the most GFLOP/s of any round so far. */
    double measure();

    /** What the reader must know about it, one line; nothing if it is the processor's, which the title says. */
    Optional<String> note();

    /** Whether the work it measures is all on this machine's processors, so that their time has a share too. */
    boolean ofProcessors();
}
