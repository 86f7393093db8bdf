package org.plumbline.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/** Documents from JSON Lines. */
final class JsonLinesReader implements CorpusReader {

    private final LineReader lines;
    private final FieldNames fields;
    private final String name;

    JsonLinesReader(Path file, String name, FieldNames fields, ReadLimits limits) {
        this.lines = new LineReader(file, limits);
        this.fields = fields;
        this.name = name;
    }

    @Override
    public @Nullable CorpusDocument next() {
        byte[] line = lines.next();
        while (line != null && new String(line, StandardCharsets.ISO_8859_1).isBlank()) {
            line = lines.next();
        }
        return line == null ? null : document(line);
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, lines.line());
    }

    private CorpusDocument document(byte[] line) {
        requireObject(line);
        JsonNode record = parse(line);
        if (!record.isObject()) {
            throw lines.malformed("found a value that is no object, expected an object with " + fields);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : record.properties()) {
            if (!fields.isPart(entry.getKey())) {
                JsonNode value = entry.getValue();
                metadata.put(entry.getKey(), isText(value) ? value.asString() : value.toString());
            }
        }
        JsonNode id = record.get(fields.id());
        boolean usable = id == null || id.isNull() || id.isString() || id.isIntegralNumber();
        if (!usable) {
            throw lines.malformed("found an '" + fields.id() + "' that is neither string nor integer");
        }
        String named = id == null || id.isNull() ? name + ":" + lines.line() : id.asString();
        return CorpusReader.document(
                lines, fields, named, string(record, fields.text()), string(record, fields.prompt()),
                string(record, fields.completion()), metadata);
    }

    /** What JSON has no word for is a string there; as metadata it is what stood in the file. */
    private static boolean isText(JsonNode value) {
        return value.isString() || value.isDouble() && !Double.isFinite(value.doubleValue());
    }

    /** Looks before the parser makes a tree that is many times as large as the line. */
    private void requireObject(byte[] line) {
        int start = 0;
        while (start < line.length - 1 && line[start] >= 0 && line[start] <= ' ') {
            start++;
        }
        if (line[start] == '[') {
            throw lines.malformed("found a JSON array, expected an object with " + fields
                    + " on each line; 'jq -c .[] in.json > out.jsonl' writes an array so");
        }
        boolean inString = false;
        int values = 1;
        for (int i = start; i < line.length; i++) {
            switch (line[i]) {
                case '"' -> inString = !inString;
                case '\\' -> i++;
                case ',', '[', '{' -> values += inString ? 0 : 1;
                default -> { }
            }
        }
        if (values > lines.limits().fields()) {
            throw lines.malformed("found about " + values + " values, expected at most " + lines.limits().fields()
                    + " in a record (--limit fields=N allows more)");
        }
    }

    private @Nullable String string(JsonNode record, String field) {
        JsonNode value = record.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw lines.malformed("found a '" + field + "' that is no string");
        }
        return value.stringValue();
    }

    private JsonNode parse(byte[] line) {
        try {
            return Json.parseExtended(lines.file(), line);
        } catch (MalformedFileException e) {
            // The parser saw one line of the file and counts from there.
            String detail = Objects.requireNonNull(e.getMessage()).substring((lines.file() + ": ").length());
            throw lines.malformed(detail.replaceFirst(" at line \\d+, column ", " at column "));
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
