package org.plumbline.text;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.MalformedFileException;

/** The documents of one open file, one after the other. */
interface CorpusReader extends AutoCloseable {

    /** The next document, or {@code null} at the end. */
    @Nullable CorpusDocument next();

    /** Where the document that {@link #next} gave last begins. */
    DocumentPlace place();

    /** Whether a separator was asked for, and what was read so far has none. */
    default boolean lacksSeparator() {
        return false;
    }

    @Override
    void close() throws IOException;

    /**
     * A document from the parts of a record; the parts that it lacks are {@code null}.
     *
     * @param fault an error at the record
     */
    static CorpusDocument document(
            Function<String, MalformedFileException> fault, FieldNames fields, String id, @Nullable String text,
            @Nullable String prompt, @Nullable String completion, Map<String, String> metadata) {
        boolean completes = prompt != null && completion != null;
        if (text == null == !completes || !completes && (prompt != null || completion != null)) {
            throw fault.apply("found " + found(text, fields.text()) + found(prompt, fields.prompt())
                    + found(completion, fields.completion()) + "expected " + fields);
        }
        for (String part : new String[] {id, text, prompt, completion}) {
            if (part != null && !Utf8.isWellFormed(part)) {
                throw fault.apply("found an unpaired surrogate, expected text that has a UTF-8 form");
            }
        }
        return prompt != null && completion != null
                ? new CorpusDocument.Completion(id, prompt, completion, metadata)
                : new CorpusDocument.Plain(id, Objects.requireNonNull(text), metadata);
    }

    private static String found(@Nullable String value, String name) {
        return (value == null ? "no '" : "a '") + name + "', ";
    }
}
