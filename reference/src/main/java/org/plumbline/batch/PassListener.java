package org.plumbline.batch;

/** Told how far a pass has come, in any thread but one at a time. */
@FunctionalInterface
public interface PassListener {

    /** Does nothing. */
    PassListener NONE = (done, total) -> {};

    /**
     * @param done sequences that are merged
     * @param total sequences in all
     */
    void merged(int done, int total);

    /**
     * Large arrays have just become garbage. A program that must not grow beyond its largest stage may collect them;
     * the library itself never asks the collector for anything.
     */
    default void released() {}
}
