package org.plumbline.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.MalformedFileException;

/**
 * Documents from a JSON array of records. It is cut into its elements before any is parsed, so that memory is that of
 * one record, and a record is read as it would be on a line of its own.
 */
final class JsonArrayReader implements CorpusReader {
    private static final int END = -1;

    private final LineReader in;
    private final RecordDocuments documents;
    private final JsonRecords records;
    private final String name;
    private long row;
    private boolean ended;

    /** Reads on after the bracket that opens the array. */
    private JsonArrayReader(LineReader in, String name, RecordDocuments documents) {
        this.in = in;
        this.name = name;
        this.documents = documents;
        this.records = new JsonRecords(in.file(), in.limits());
    }

    /** Reads a file as an array if it begins as one, and otherwise as JSON Lines. */
    static CorpusReader open(Path file, String name, RecordDocuments documents, ReadLimits limits) {
        LineReader in = new LineReader(file, limits);
        try {
            if (in.nextVisible() == '[') {
                return new JsonArrayReader(in, name, documents);
            }
            in.close();
        } catch (IOException e) {
            throw new MalformedFileException(file, "cannot be closed: " + e.getMessage());
        }
        return new JsonLinesReader(file, name, documents, limits);
    }

    @Override
    public @Nullable CorpusDocument next() {
        byte[] element = ended ? null : element();
        return element == null ? null
                : documents.document(records.parse(element, this::fault), name + ":" + row, this::fault);
    }

    private MalformedFileException fault(String detail) {
        return new MalformedFileException(in.file(), "record " + row + ": " + detail);
    }

    /** The next element's text, or {@code null} at the end of the array. */
    private byte @Nullable [] element() {
        row++;
        int first = in.nextVisible();
        if (first == ']' && row == 1) {
            return end();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int depth = 0;
        boolean inString = false;
        for (int b = first; b != END; b = in.read()) {
            if (!inString && depth == 0 && (b == ',' || b == ']')) {
                if (bytes.size() == 0) {
                    throw fault("found '" + (char) b + "', expected a record");
                }
                if (b == ']') {
                    end();
                }
                return bytes.toByteArray();
            }
            if (bytes.size() >= in.limits().line()) {
                throw fault("found more than " + in.limits().line()
                        + " bytes, expected its end before (--limit line=N allows more)");
            }
            bytes.write(b);
            if (b == '"') {
                inString = !inString;
            } else if (inString && b == '\\') {
                int escaped = in.read();
                if (escaped == END) {
                    break;
                }
                bytes.write(escaped);
            } else if (!inString) {
                depth += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
            }
        }
        throw fault("found the end of the file, expected ']' at the end of the array");
    }

    private byte @Nullable [] end() {
        ended = true;
        if (in.nextVisible() != END) {
            throw new MalformedFileException(
                    in.file(), "found more text after the array, expected the end of the file");
        }
        return null;
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, row);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
