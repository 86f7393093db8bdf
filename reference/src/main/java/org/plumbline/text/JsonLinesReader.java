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

    JsonLinesReader(Path file, String name, FieldNames fields) {
        this.lines = new LineReader(file);
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
        JsonNode record = parse(line);
        if (!record.isObject()) {
            throw lines.malformed("found a value that is no object, expected an object with " + fields);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : record.properties()) {
            if (!fields.isPart(entry.getKey())) {
                JsonNode value = entry.getValue();
                metadata.put(entry.getKey(), value.isString() ? value.stringValue() : value.toString());
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
            return Json.parse(lines.file(), line);
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
