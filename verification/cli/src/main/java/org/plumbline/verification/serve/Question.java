package org.plumbline.verification.serve;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;

/**
 * What is asked, as it is sent. What is null has a default.
 *
 * @param prompt that is given
 * @param completion whose log-probability is meant
 * @param top sequences of each sign to list
 * @param candidates sequences that the filter keeps; 0 scans all
 * @param tokens numbers of the tokens of the completion that are meant, from 0; all by default
 */
public record Question(
        @Nullable String prompt, @Nullable String completion, @Nullable Integer top, @Nullable Integer candidates,
        @Nullable List<Integer> tokens) {
    private static final int MOST_LISTED = 200;

    /** Refuses what cannot be asked, before it waits in a queue. */
    public Question {
        if (completion == null || completion.isEmpty()) {
            throw new InputException("completion: found none, expected a text");
        }
        if (top != null && (top < 1 || top > MOST_LISTED)) {
            throw new InputException("top: found " + top + ", expected 1 to " + MOST_LISTED);
        }
        if (candidates != null && candidates < 0) {
            throw new InputException("candidates: found " + candidates + ", expected at least 0");
        }
    }
}
