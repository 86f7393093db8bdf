package org.plumbline.train;

import org.plumbline.io.InputException;

/**
 * A training that cannot start or go on: an option out of its range, examples that bear no loss, numbers that diverged.
 */
public final class TrainingException extends InputException {
    public TrainingException(String message) {
        super(message);
    }

    static void require(boolean holds, String option, Object found, String expected) {
        if (!holds) {
            throw new TrainingException(option + ": found " + found + ", expected " + expected);
        }
    }
}
