package org.plumbline.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents from a table (RFC 4180), strictly: a quotation mark inside a value without quotation marks, text after the
 * closing one and rows of another length than the header are errors. Memory is that of one row.
 */
final class TableReader implements CorpusReader {

    private final LineReader lines;
    private final String name;
    private final char delimiter;
    private final FieldNames fields;
    /** Column names, once they were read. */
    private @Nullable List<String> header;
    private long rowLine;
    private long rowCharacters;
    /** How the line last read ended. */
    private String lastEnd = "";

    TableReader(Path file, String name, CorpusFormat.Table format, ReadLimits limits) {
        this.lines = new LineReader(file, limits);
        this.name = name;
        this.delimiter = format.delimiter();
        this.fields = format.fields();
    }

    @Override
    public @Nullable CorpusDocument next() {
        if (header == null) {
            header = header();
        }
        List<String> row = row();
        if (row == null) {
            return null;
        }
        if (row.size() != header.size()) {
            throw lines.malformed(
                    rowLine, "found " + row.size() + " values, expected " + header.size() + " as in the header");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            values.put(header.get(i), row.get(i));
        }
        String text = values.remove(fields.text());
        String prompt = values.remove(fields.prompt());
        String completion = values.remove(fields.completion());
        String id = values.remove(fields.id());
        return CorpusReader.document(
                lines::malformed, fields, id == null || id.isEmpty() ? name + ":" + rowLine : id,
                text, prompt, completion, values);
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, rowLine);
    }

    private List<String> header() {
        List<String> names = row();
        if (names == null) {
            throw lines.malformed(1, "found nothing, expected a header with " + fields);
        }
        if (new HashSet<>(names).size() != names.size()) {
            throw lines.malformed(rowLine, "found a column name twice, expected different names");
        }
        boolean usable = names.contains(fields.text())
                || names.contains(fields.prompt()) && names.contains(fields.completion());
        if (!usable) {
            throw lines.malformed(rowLine, "found the columns " + names + ", expected " + fields);
        }
        return names;
    }

    /** The next row's values, or {@code null} at the end. */
    private @Nullable List<String> row() {
        rowCharacters = 0;
        String line = line();
        while (line != null && line.isEmpty()) {
            line = line();
        }
        if (line == null) {
            return null;
        }
        rowLine = lines.line();
        List<String> values = new ArrayList<>();
        int at = 0;
        while (true) {
            if (at < line.length() && line.charAt(at) == '"') {
                StringBuilder value = new StringBuilder();
                Place end = quoted(new Place(line, at + 1), value);
                line = end.line;
                at = end.at;
                values.add(value.toString());
                if (at < line.length() && line.charAt(at) != delimiter) {
                    throw lines.malformed("found text after a closing quotation mark, expected the delimiter");
                }
            } else {
                int end = line.indexOf(delimiter, at);
                String value = line.substring(at, end < 0 ? line.length() : end);
                if (value.indexOf('"') >= 0) {
                    throw lines.malformed(
                            "found a quotation mark inside a value, expected the value between quotation marks");
                }
                values.add(value);
                at += value.length();
            }
            if (values.size() > lines.limits().fields()) {
                throw lines.malformed(rowLine, "found more than " + lines.limits().fields()
                        + " columns (--limit fields=N allows more)");
            }
            if (at >= line.length()) {
                return values;
            }
            at++;
        }
    }

    private record Place(String line, int at) {}

    /** Reads a value up to its closing quotation mark, over lines if need be; the place after the mark. */
    private Place quoted(Place start, StringBuilder value) {
        String line = start.line;
        int at = start.at;
        while (true) {
            int mark = line.indexOf('"', at);
            if (mark < 0) {
                value.append(line, at, line.length()).append(lastEnd);
                line = line();
                at = 0;
                if (line == null) {
                    throw lines.malformed(rowLine, "found a quotation mark that nothing closes");
                }
            } else if (mark + 1 < line.length() && line.charAt(mark + 1) == '"') {
                value.append(line, at, mark + 1);
                at = mark + 2;
            } else {
                value.append(line, at, mark);
                return new Place(line, mark + 1);
            }
        }
    }

    /** The next line without its end, or {@code null}. */
    private @Nullable String line() {
        byte[] bytes = lines.next();
        if (bytes == null) {
            return null;
        }
        String line = lines.decode(bytes);
        rowCharacters += line.length();
        if (rowCharacters > lines.limits().document()) {
            throw lines.malformed(rowLine, "found a row of more than " + lines.limits().document()
                    + " characters, expected a quotation mark that ends it (--limit document=N allows more)");
        }
        int end = line.length();
        end -= end > 0 && line.charAt(end - 1) == '\n' ? 1 : 0;
        end -= end > 0 && end < line.length() && line.charAt(end - 1) == '\r' ? 1 : 0;
        lastEnd = line.substring(end);
        return line.substring(0, end);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
