package org.plumbline.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;

/** Documents from a {@link RecordFile}. */
final class RecordFileReader implements CorpusReader {
    private final Path file;
    private final String name;
    private final RecordDocuments documents;
    private final RecordFile records;
    private long row;

    RecordFileReader(Path file, String name, RecordDocuments documents, RecordFile records) {
        this.file = file;
        this.name = name;
        this.documents = documents;
        this.records = records;
    }

    @Override
    public @Nullable CorpusDocument next() {
        Map<String, @Nullable Object> next = records.next();
        if (next == null) {
            return null;
        }
        row++;
        return documents.document(Json.tree(next), name + ":" + row,
                detail -> new MalformedFileException(file, "row " + row + ": " + detail));
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, row);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
