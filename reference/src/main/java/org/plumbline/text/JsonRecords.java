package org.plumbline.text;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/** Records from their JSON. */
record JsonRecords(Path file, ReadLimits limits) {

    /**
     * The record in some bytes of the file.
     *
     * @param fault an error at the record
     */
    JsonNode parse(byte[] utf8, Function<String, MalformedFileException> fault) {
        requireFew(utf8, fault);
        try {
            return Json.parseExtended(file, utf8);
        } catch (MalformedFileException e) {
            // The parser saw one record of the file and counts from there.
            String detail = Objects.requireNonNull(e.getMessage()).substring((file + ": ").length());
            throw fault.apply(detail.replaceFirst(" at line 1, column ", " at column ")
                    .replaceFirst(" at line (\\d+), column (\\d+)", " at its line $1, column $2"));
        }
    }

    /** Looks before the parser makes a tree that is many times as large as the text. */
    private void requireFew(byte[] utf8, Function<String, MalformedFileException> fault) {
        boolean inString = false;
        int values = 1;
        for (int i = 0; i < utf8.length; i++) {
            switch (utf8[i]) {
                case '"' -> inString = !inString;
                case '\\' -> i++;
                case ',', '[', '{' -> values += inString ? 0 : 1;
                default -> { }
            }
        }
        if (values > limits.fields()) {
            throw fault.apply("found about " + values + " values, expected at most " + limits.fields()
                    + " in a record (--limit fields=N allows more)");
        }
    }
}
