package org.plumbline.tornado;

import org.plumbline.program.Value;

/**
 * The arrays of a program's values; the arguments of its tasks.
 *
 * @param <A> {@code double[]} or {@code float[]}
 */
interface ValueArrays<A> {
    /** The array of a real value. */
    A real(Value value);

    /** The array of an index value. */
    int[] index(Value value);
}
