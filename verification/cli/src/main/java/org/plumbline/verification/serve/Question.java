package org.plumbline.verification.serve;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import tools.jackson.databind.node.ObjectNode;

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

    /**
     * Reads one; fields that are not there have their defaults.
     *
     * @throws InputException if it is no question
     */
    static Question parse(byte[] json) {
        Path source = Path.of("question");
        if (!(Json.parse(source, json) instanceof ObjectNode sent)) {
            throw new InputException("question: expected an object");
        }
        for (RecordComponent field : Question.class.getRecordComponents()) {
            if (!sent.has(field.getName())) {
                sent.putNull(field.getName());
            }
        }
        return Json.value(source, sent, Question.class);
    }
}
