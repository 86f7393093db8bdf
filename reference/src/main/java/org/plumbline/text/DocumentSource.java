package org.plumbline.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;

/**
 * A corpus: files of documents, in a fixed order. It can be read as often as one likes, each time from the start and
 * with the same ids; memory is that of one document.
 */
public final class DocumentSource {

    private static final Pattern MAGIC = Pattern.compile("[*?\\[{]");
    private static final CorpusFormat WHOLE = new CorpusFormat.PlainText("");

    private final Map<Path, String> names;
    private final CorpusFormat format;
    private final ReadLimits limits;
    private final Consumer<String> notes;

    private DocumentSource(
            Map<Path, String> names, CorpusFormat format, ReadLimits limits, Consumer<String> notes) {
        this.names = names;
        this.format = format;
        this.limits = limits;
        this.notes = notes;
    }

    private DocumentSource(Map<Path, String> names, CorpusFormat format) {
        this(names, format, ReadLimits.DEFAULT, _ -> { });
    }

    /** The same documents, read within other limits. */
    public DocumentSource within(ReadLimits other) {
        return new DocumentSource(names, format, other, notes);
    }

    /** The same documents; what a user should know about the files is told once, a line each. */
    public DocumentSource telling(Consumer<String> listener) {
        Set<String> told = ConcurrentHashMap.newKeySet();
        return new DocumentSource(names, format, limits, note -> {
            if (told.add(note)) {
                listener.accept(note);
            }
        });
    }

    /**
     * A file, a folder, or the files that a pattern names: a path with {@code *}, {@code ?}, <code>[</code> or
     * <code>{</code> in it, such as <code>texts/**&#47;*.jsonl.gz</code>, which is no file by that name.
     *
     * @param place the path or pattern
     * @param format the format of every file, told the first
     * @throws InputException as {@link #of} and {@link #matching} do, or if the function refuses the file
     */
    public static DocumentSource named(String place, Function<Path, CorpusFormat> format) {
        int magic = MAGIC.matcher(place).results().mapToInt(MatchResult::start).findFirst().orElse(-1);
        try {
            if (magic < 0 || Files.exists(Path.of(place))) {
                return of(Path.of(place), WHOLE).in(format);
            }
            int folder = place.lastIndexOf('/', magic);
            Path start = Path.of(folder < 0 ? "." : place.substring(0, Math.max(1, folder)));
            return matching(start, place.substring(folder + 1), WHOLE).in(format);
        } catch (InvalidPathException e) {
            throw new InputException("'" + place + "' is neither a path nor a pattern: " + e.getReason(), e);
        }
    }

    private DocumentSource in(Function<Path, CorpusFormat> other) {
        return new DocumentSource(names, other.apply(files().getFirst()), limits, notes);
    }

    /**
     * A file, or all files in a folder and those below it, hidden ones left out, in the order of
     * their names from there.
     *
     * @param path the file or folder
     * @param format of every file
     * @throws InputException if there is no such file, or the folder holds none
     */
    public static DocumentSource of(Path path, CorpusFormat format) {
        if (Files.isDirectory(path)) {
            return matching(path, "**", format);
        }
        InputFiles.size(path);
        return new DocumentSource(Map.of(path, String.valueOf(path.getFileName())), format);
    }

    /**
     * The files in a folder whose names from there match a pattern; hidden ones are left out.
     *
     * @param folder where to look, and below
     * @param glob such as <code>*.jsonl</code> or <code>**&#47;*.jsonl.gz</code>, as in {@link
     *     java.nio.file.FileSystem#getPathMatcher}
     * @param format of every file
     * @throws InputException if it is no folder, the pattern is none, or no file matches
     */
    public static DocumentSource matching(Path folder, String glob, CorpusFormat format) {
        Objects.requireNonNull(format, "format");
        if (!Files.isDirectory(folder)) {
            throw new InputException(folder + ": found no folder, expected one to look for '" + glob + "' in");
        }
        PathMatcher matcher = matcher(glob);
        Map<Path, String> names = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file) && matches(folder.relativize(file), matcher))
                    .sorted(Comparator.comparing(file -> name(folder.relativize(file))))
                    .forEach(file -> names.put(file, name(folder.relativize(file))));
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw InputFiles.unreadable(folder, Objects.requireNonNull(e.getCause()));
        }
        if (names.isEmpty()) {
            throw new InputException(folder + ": found no file that matches '" + glob + "'");
        }
        return new DocumentSource(names, format);
    }

    private static PathMatcher matcher(String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new InputException("glob: found '" + glob + "', expected a pattern: " + e.getDescription(), e);
        }
    }

    private static boolean matches(Path relative, PathMatcher matcher) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return matcher.matches(relative);
    }

    /** The same on every system. */
    private static String name(Path relative) {
        List<String> parts = new ArrayList<>();
        relative.forEach(part -> parts.add(part.toString()));
        return String.join("/", parts);
    }

    /** The files, in order. */
    public List<Path> files() {
        return List.copyOf(names.keySet());
    }

    /** The format of every file. */
    public CorpusFormat format() {
        return format;
    }

    /**
     * Reads all documents from the start. Close the stream.
     *
     * @return documents in order; reading on throws {@link InputException} with file and line where
     *     the corpus is malformed
     */
    public Stream<CorpusDocument> open() {
        return openPlaced().map(PlacedDocument::document);
    }

    /** As {@link #open}, with the places of the documents. */
    public Stream<PlacedDocument> openPlaced() {
        Documents documents = new Documents();
        return StreamSupport.stream(documents, false).onClose(documents::close);
    }

    /** The documents' texts, for a tokenizer to learn from. */
    public Iterable<String> texts() {
        return () -> open().map(CorpusDocument::text).iterator();
    }

    private CorpusReader reader(Path file) {
        String name = names.get(file);
        return switch (format) {
            case CorpusFormat.JsonLines(FieldNames fields) -> new JsonLinesReader(file, name, fields, limits);
            case CorpusFormat.PlainText(String separator) -> new PlainTextReader(file, name, separator, limits);
            case CorpusFormat.Table table -> new TableReader(file, name, table, limits);
            case CorpusFormat.TokenIds tokens -> new TokenIdsReader(file, name, tokens, limits);
        };
    }

    /** One pass, one file open at a time. */
    private final class Documents extends Spliterators.AbstractSpliterator<PlacedDocument> {
        private final List<Path> left = new ArrayList<>(files().reversed());
        private @Nullable CorpusReader reader;
        private long number;
        private int withoutSeparator;

        private Documents() {
            super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
        }

        @Override
        public boolean tryAdvance(Consumer<? super PlacedDocument> action) {
            while (true) {
                if (reader == null) {
                    if (left.isEmpty()) {
                        if (withoutSeparator == names.size()) {
                            notes.accept(VisibleText.shortened(String.valueOf(files().getFirst()), 100)
                                    + (names.size() == 1 ? "" : " and the other files")
                                    + ": the separator occurs nowhere, so that each file is one document");
                        }
                        return false;
                    }
                    reader = reader(left.removeLast());
                }
                CorpusDocument document = reader.next();
                if (document != null) {
                    action.accept(new PlacedDocument(document, number++, reader.place()));
                    return true;
                }
                withoutSeparator += reader.lacksSeparator() ? 1 : 0;
                close();
            }
        }

        private void close() {
            if (reader != null) {
                try {
                    reader.close();
                } catch (IOException e) {
                    throw new InputException("corpus: a file cannot be closed: " + e.getMessage(), e);
                }
                reader = null;
            }
        }
    }
}
