package org.plumbline.engine;

/** Where a step finds one of its arrays: bound inputs may be another array at each run. */
public final class Slot<A> {
    /** The array, at least as long as its value. */
    public A array;

    Slot(A array) {
        this.array = array;
    }
}
