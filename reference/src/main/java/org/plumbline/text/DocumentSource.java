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
import java.util.HashSet;
import java.util.List;
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

    private final List<Entry> entries;
    private final ReadLimits limits;
    private final Conversations conversations;
    private final Consumer<String> notes;

    /**
     * A file of the corpus.
     *
     * @param name its name in ids
     */
    private record Entry(Path file, String name, CorpusFormat format) {}

    private DocumentSource(
            List<Entry> entries, ReadLimits limits, Conversations conversations, Consumer<String> notes) {
        this.entries = List.copyOf(entries);
        this.limits = limits;
        this.conversations = conversations;
        this.notes = notes;
    }

    private DocumentSource(List<Entry> entries) {
        this(entries, ReadLimits.DEFAULT, Conversations.NONE, _ -> { });
    }

    /**
     * Several corpora as one, in their order. Where files of the same name are in two of them, the names of all files
     * are their paths.
     *
     * @param sources at least one
     * @throws InputException if there is none, or a file is in two of them
     */
    public static DocumentSource joined(List<DocumentSource> sources) {
        if (sources.isEmpty()) {
            throw new InputException("corpus: found no file, expected at least one");
        }
        List<Entry> all = sources.stream().flatMap(source -> source.entries.stream()).toList();
        Set<Path> files = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Entry entry : all) {
            if (!files.add(entry.file.toAbsolutePath().normalize())) {
                throw new InputException(entry.file + ": found the file twice in one corpus, expected it once");
            }
            names.add(entry.name);
        }
        DocumentSource first = sources.getFirst();
        return new DocumentSource(names.size() == all.size()
                ? all : all.stream().map(entry -> new Entry(entry.file, entry.file.toString(), entry.format)).toList(),
                first.limits, first.conversations, first.notes);
    }

    /** The same documents, read within other limits. */
    public DocumentSource within(ReadLimits other) {
        return new DocumentSource(entries, other, conversations, notes);
    }

    /** The same documents; records with {@code messages} are read so. Without this they are refused. */
    public DocumentSource conversing(Conversations other) {
        return new DocumentSource(entries, limits, other, notes);
    }

    /** The same documents; what a user should know about the files is told once, a line each. */
    public DocumentSource telling(Consumer<String> listener) {
        Set<String> told = ConcurrentHashMap.newKeySet();
        return new DocumentSource(entries, limits, conversations, note -> {
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
        CorpusFormat format = other.apply(files().getFirst());
        return new DocumentSource(
                entries.stream().map(entry -> new Entry(entry.file, entry.name, format)).toList(),
                limits, conversations, notes);
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
        return new DocumentSource(List.of(new Entry(path, String.valueOf(path.getFileName()), format)));
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
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file) && matches(folder.relativize(file), matcher))
                    .sorted(Comparator.comparing(file -> name(folder.relativize(file))))
                    .forEach(file -> entries.add(new Entry(file, name(folder.relativize(file)), format)));
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw InputFiles.unreadable(folder, Objects.requireNonNull(e.getCause()));
        }
        if (entries.isEmpty()) {
            throw new InputException(folder + ": found no file that matches '" + glob + "'");
        }
        return new DocumentSource(entries);
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
        return entries.stream().map(Entry::file).toList();
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

    private CorpusReader reader(Entry entry) {
        Path file = entry.file;
        String name = entry.name;
        return switch (entry.format) {
            case CorpusFormat.JsonLines(FieldNames fields) ->
                    new JsonLinesReader(file, name, new RecordDocuments(fields, conversations), limits);
            case CorpusFormat.JsonArray(FieldNames fields) ->
                    JsonArrayReader.open(file, name, new RecordDocuments(fields, conversations), limits);
            case CorpusFormat.Records(FieldNames fields, RecordFile.Opener opener) ->
                    new RecordFileReader(
                            file, name, new RecordDocuments(fields, conversations), opener.open(file, limits));
            case CorpusFormat.PlainText(String separator) -> new PlainTextReader(file, name, separator, limits);
            case CorpusFormat.Table table -> new TableReader(file, name, table, limits);
            case CorpusFormat.TokenIds tokens -> new TokenIdsReader(file, name, tokens, limits);
        };
    }

    /** One pass, one file open at a time. */
    private final class Documents extends Spliterators.AbstractSpliterator<PlacedDocument> {
        private final List<Entry> left = new ArrayList<>(entries.reversed());
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
                        if (withoutSeparator == entries.size()) {
                            notes.accept(VisibleText.shortened(String.valueOf(files().getFirst()), 100)
                                    + (entries.size() == 1 ? "" : " and the other files")
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
