package org.plumbline.engine;

import org.plumbline.program.Value;

/**
 * The arrays of a program's values.
 *
 * @param <A> {@code double[]} or {@code float[]}
 */
public interface Slots<A> {

    /** Where the real value lives. */
    Slot<A> real(Value value);

    /** Where the index value lives. */
    Slot<int[]> index(Value value);
}
