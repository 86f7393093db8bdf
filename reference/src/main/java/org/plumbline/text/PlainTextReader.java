package org.plumbline.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Documents from text with a separator. A line feed in the separator stands for the line end of either kind, with a
 * carriage return or without. Time is linear in the text, wherever separators are in it.
 */
final class PlainTextReader implements CorpusReader {

    private final LineReader lines;
    private final String name;
    private final Pattern separator;
    /** Most characters of a separator in the text; 0 if there is none. */
    private final int longest;
    /** What was read; from {@code start} on it belongs to no document yet. */
    private final StringBuilder rest = new StringBuilder();
    private int start;
    private long restLine = 1;
    private long documentLine;
    private int searched;
    private boolean ended;
    private boolean found;

    PlainTextReader(Path file, String name, String separator, ReadLimits limits) {
        this.lines = new LineReader(file, limits);
        this.name = name;
        this.separator = Pattern.compile(Arrays.stream(separator.split("\n", -1))
                .map(Pattern::quote).collect(Collectors.joining("\r?\n")));
        this.longest = separator.length() + (int) separator.chars().filter(c -> c == '\n').count();
    }

    @Override
    public @Nullable CorpusDocument next() {
        while (true) {
            Matcher matcher = separator.matcher(rest);
            if (longest > 0 && matcher.find(searched)) {
                found = true;
                CorpusDocument document = take(matcher.start(), matcher.end());
                if (document != null) {
                    return document;
                }
            } else if (ended) {
                return start == rest.length() ? null : take(rest.length(), rest.length());
            } else {
                // A separator may have begun in what was searched.
                searched = Math.max(start, rest.length() - longest + 1);
                read();
            }
        }
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.line(name, documentLine);
    }

    @Override
    public boolean lacksSeparator() {
        return longest > 0 && !found;
    }

    private void read() {
        byte[] line = lines.next();
        if (line == null) {
            ended = true;
            return;
        }
        rest.delete(0, start);
        searched -= start;
        start = 0;
        if ((long) rest.length() + line.length > lines.limits().document()) {
            throw lines.malformed(restLine, "found a document of more than " + lines.limits().document()
                    + " bytes, expected " + (longest == 0 ? "a smaller file, or --separator" : "a separator before")
                    + " (--limit document=N allows more)");
        }
        rest.append(lines.decode(line));
    }

    /** The document before {@code end}, or {@code null} if it is blank; what follows begins at {@code next}. */
    private @Nullable CorpusDocument take(int end, int next) {
        String text = rest.substring(start, end);
        documentLine = restLine;
        CorpusDocument document =
                text.isBlank() ? null : new CorpusDocument.Plain(name + ":" + restLine, text, Map.of());
        for (int i = start; i < next; i++) {
            restLine += rest.charAt(i) == '\n' ? 1 : 0;
        }
        start = next;
        searched = next;
        return document;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
