package org.plumbline.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;

/**
 * An open file of records that is no text, such as a Parquet file: each record as the object that it would be on a line
 * of JSON Lines.
 */
public interface RecordFile extends AutoCloseable {

    /**
     * The next record, or {@code null} at the end: its fields by name, each {@code null}, a boolean, a number, a
     * string, or a list or map of these.
     *
     * @throws InputException with the file, and the row and column as far as they are known, if it is damaged
     */
    @Nullable Map<String, @Nullable Object> next();

    @Override
    void close() throws IOException;

    /** Opens files of one kind. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens a file at its first record.
         *
         * @param limits how much the file may ask for
         * @throws InputException if it cannot be read, or is of another kind
         */
        RecordFile open(Path file, ReadLimits limits);
    }
}
