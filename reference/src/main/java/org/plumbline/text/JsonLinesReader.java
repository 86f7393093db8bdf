package org.plumbline.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Documents from JSON Lines. */
final class JsonLinesReader implements CorpusReader {

    private final LineReader lines;
    private final RecordDocuments documents;
    private final JsonRecords records;
    private final String name;

    JsonLinesReader(Path file, String name, RecordDocuments documents, ReadLimits limits) {
        this.lines = new LineReader(file, limits);
        this.documents = documents;
        this.records = new JsonRecords(file, limits);
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
        int start = 0;
        while (start < line.length - 1 && line[start] >= 0 && line[start] <= ' ') {
            start++;
        }
        if (line[start] == '[') {
            throw lines.malformed("found a JSON array, expected an object with " + documents.fields()
                    + " on each line; --format json reads an array of them");
        }
        return documents.document(records.parse(line, lines::malformed), name + ":" + lines.line(), lines::malformed);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
