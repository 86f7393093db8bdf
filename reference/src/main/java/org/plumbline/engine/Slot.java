package org.plumbline.engine;

import org.jspecify.annotations.Nullable;

/** Where a step finds one of its arrays: bound inputs may be another array at each run. */
public final class Slot<A> {
    /** The array, at least as long as its value. */
    public A array;

    @SuppressWarnings("NullAway") // Only an input has no array at first; no step runs before every input is bound.
    Slot(@Nullable A array) {
        this.array = array;
    }
}
