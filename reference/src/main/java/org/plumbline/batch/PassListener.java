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
     * A shard has run, and is merged next.
     *
     * @param fed positions of its sequences
     * @param run positions that ran, padding included
     */
    default void ran(long fed, long run) {}

    /**
     * Large arrays have just become garbage. A program that must not grow beyond its largest stage may collect them;
     * the library itself never asks the collector for anything.
     */
    default void released() {}
}
