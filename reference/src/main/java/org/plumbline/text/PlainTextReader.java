package org.plumbline.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents from text with a separator. */
final class PlainTextReader implements CorpusReader {

    private final LineReader lines;
    private final String name;
    private final String separator;
    /** What was read and belongs to no document yet; where it begins. */
    private final StringBuilder rest = new StringBuilder();
    private long restLine = 1;
    private long documentLine;
    private int searched;
    private boolean ended;

    PlainTextReader(Path file, String name, String separator) {
        this.lines = new LineReader(file);
        this.name = name;
        this.separator = separator;
    }

    @Override
    public @Nullable CorpusDocument next() {
        while (true) {
            int end = separator.isEmpty() ? -1 : rest.indexOf(separator, searched);
            if (end >= 0) {
                CorpusDocument document = take(end, end + separator.length());
                if (document != null) {
                    return document;
                }
            } else if (ended) {
                return rest.isEmpty() ? null : take(rest.length(), rest.length());
            } else {
                // A separator may have begun in what was searched.
                searched = Math.max(0, rest.length() - separator.length() + 1);
                read();
            }
        }
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, documentLine);
    }

    private void read() {
        byte[] line = lines.next();
        if (line == null) {
            ended = true;
            return;
        }
        if ((long) rest.length() + line.length > LineReader.MAX_BYTES) {
            throw lines.malformed(restLine, "found a document of more than " + LineReader.MAX_BYTES
                    + " bytes, expected a separator before");
        }
        rest.append(lines.decode(line));
    }

    /** The document before {@code end}, or {@code null} if it is blank; what follows begins at {@code next}. */
    private @Nullable CorpusDocument take(int end, int next) {
        String text = rest.substring(0, end);
        documentLine = restLine;
        CorpusDocument document =
                text.isBlank() ? null : new CorpusDocument.Plain(name + ":" + restLine, text, Map.of());
        restLine += rest.substring(0, next).chars().filter(c -> c == '\n').count();
        rest.delete(0, next);
        searched = 0;
        return document;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
