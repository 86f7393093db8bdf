package org.plumbline.influence;

import org.plumbline.PlumblineException;

/**
 * A listener cancelled the work. Stores hold what was saved until then: the same call continues from there, with the
 * same result to the last bit.
 */
public final class InfluenceCancelledException extends PlumblineException {
    /**
     * @param stage that was cancelled
     */
    InfluenceCancelledException(String stage) {
        super(stage + ": cancelled by the listener");
    }
}
