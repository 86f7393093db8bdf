package org.plumbline.influence;

import org.plumbline.PlumblineException;

/**
 * A listener canceled the work. Stores hold what was saved until then: the same call continues from there, with the
 * same result to the last bit.
 */
public final class InfluenceCanceledException extends PlumblineException {
    /**
     * @param stage that was canceled
     */
    InfluenceCanceledException(String stage) {
        super(stage + ": canceled by the listener");
    }
}
