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
}
