package org.plumbline.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder that a command writes to, by the one rule of all commands that write folders: look first, lock, write
 * beside, move when whole, and touch nothing that the command did not make.
 *
 * <p>The manifest says which files count. {@link #put} and {@link #drop} take effect with {@link #commit}, all at once:
 * before it, the store is what it was. A folder with other files and no manifest, a store of another kind, and one that
 * belongs to other settings are refused, and nothing in them is changed. One process at a time writes a store; a lock
 * that ends with the process keeps others out. A finished store is never written again, so no lock is needed to find it
 * finished, and it may be on a medium that cannot be written to.
 */
public final class StoreFolder implements AutoCloseable {
    private static final String MANIFEST = "manifest.json";

    /** Files of an unfinished store that replace each other, so that the manifest always names a whole one. */
    private static final Pattern PASSING = Pattern.compile("(sums-[a-z]+|checkpoint)-\\d+\\.safetensors");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int BRIEF_DIGEST = 12;
    private static final int BRIEF_TEXT = 100;

    private final Path folder;
    private final String kind;
    private final SequencedMap<String, String> identity;
    private final SequencedMap<String, Manifest.Entry> files = new LinkedHashMap<>();
    private final List<String> dropped = new ArrayList<>();
    private final Optional<FolderLock> lock;
    private Map<String, String> progress = Map.of();
    private boolean complete;
    private boolean begun;

    private StoreFolder(
            Path folder, String kind, SequencedMap<String, String> identity, Optional<FolderLock> lock) {
        this.folder = folder;
        this.kind = kind;
        this.identity = new LinkedHashMap<>(identity);
        this.lock = lock;
    }

    /**
     * Opens a store for writing: a new one, one that is continued, or one that is found finished.
     *
     * @throws StoreMismatchException if one is there that belongs to something else
     * @throws MalformedFileException if one is there and a file of it is missing or not as it was written
     * @throws InputException if the folder holds something else or cannot be written to, or another process writes
     *     there
     */
    public static StoreFolder write(Path folder, String kind, SequencedMap<String, String> identity) {
        StoreFolder store = claim(folder, kind, identity);
        try {
            store.begin();
            return store;
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    /**
     * As {@link #write}, before all is known that the store will belong to: nothing is written, and a folder that was
     * made for the store is removed again by {@link #close}, unless {@link #begin} is called.
     *
     * @param identity what is known
     * @throws InputException as {@link #write} does
     */
    public static StoreFolder claim(Path folder, String kind, SequencedMap<String, String> identity) {
        Optional<Manifest> seen = look(folder, kind);
        if (seen.isPresent() && seen.get().complete()) {
            StoreFolder finished = new StoreFolder(folder, kind, identity, Optional.empty());
            finished.take(seen.get());
            return finished;
        }
        StoreFolder store = new StoreFolder(folder, kind, identity, Optional.of(FolderLock.take(folder)));
        try {
            // Again, as another process may have written until it was locked out.
            Optional<Manifest> found = look(folder, kind);
            found.ifPresent(manifest -> requireSame(folder, manifest, identity));
            store.removeLeftovers(found.map(Manifest::files).orElse(List.of()));
            found.ifPresent(store::take);
            return store;
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    /**
     * Finds out, without changing anything, whether a store of this kind may be in a folder.
     *
     * @return what is there of it
     */
    private static Optional<Manifest> look(Path folder, String kind) {
        if (!Files.isDirectory(folder)) {
            if (Files.exists(folder)) {
                throw new InputException(folder + ": found a file, expected a folder, or nothing");
            }
            return Optional.empty();
        }
        if (Files.notExists(folder.resolve(MANIFEST))) {
            requireEmpty(folder, kind);
            return Optional.empty();
        }
        return Optional.of(parsed(folder, kind));
    }

    /**
     * Adds to what the store belongs to.
     *
     * @throws StoreMismatchException if it was begun and belongs to something else
     */
    public void identify(SequencedMap<String, String> more) {
        if (begun) {
            requireSame(folder, identity, more);
        } else {
            identity.putAll(more);
        }
    }

    /** Writes the manifest, unless it is there. From here on the folder is the store's. */
    public void begin() {
        if (!begun) {
            commit(Map.of(), false);
        }
    }

    /**
     * Opens a finished store for reading.
     *
     * @param expected what it must belong to; entries of the store's identity that are not named may be anything
     * @throws StoreMismatchException if it belongs to something else
     * @throws MalformedFileException if a file of it is missing or not as it was written
     * @throws InputException if there is no store, or it is not finished
     */
    public static StoreFolder read(Path folder, String kind, SequencedMap<String, String> expected) {
        StoreFolder store = new StoreFolder(folder, kind, new LinkedHashMap<>(expected), Optional.empty());
        store.take(manifest(folder, kind));
        return store;
    }

    /**
     * What a finished store says of itself; its files are not looked at.
     *
     * @throws MalformedFileException if the manifest is not as it was written
     * @throws InputException if there is no store, or it is not finished
     */
    public static Manifest manifest(Path folder, String kind) {
        if (Files.notExists(folder.resolve(MANIFEST))) {
            throw new InputException(folder + ": found no " + MANIFEST + ", expected a store of " + kind);
        }
        Manifest manifest = parsed(folder, kind);
        if (!manifest.complete()) {
            throw new InputException(folder + ": this store of " + kind
                    + " is not finished: run the command that makes it again, and it goes on from where it was");
        }
        return manifest;
    }

    private static void requireEmpty(Path folder, String kind) {
        try (Stream<Path> entries = Files.list(folder)) {
            Optional<Path> other = entries
                    .filter(path -> !path.endsWith(FolderLock.NAME) && !AtomicFiles.isTemporary(path)).findFirst();
            other.ifPresent(path -> {
                throw new InputException(folder + ": found '" + path.getFileName() + "' and no " + MANIFEST
                        + ", expected an empty folder or a store of " + kind);
            });
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }

    private static Manifest parsed(Path folder, String kind) {
        Path path = folder.resolve(MANIFEST);
        Manifest manifest = Json.read(path, Manifest.class);
        if (!Manifest.FORMAT.equals(manifest.format())) {
            throw new MalformedFileException(
                    path, "found format '" + manifest.format() + "', expected '" + Manifest.FORMAT + "'");
        }
        if (!kind.equals(manifest.kind())) {
            throw new InputException(folder + ": found a store of " + manifest.kind() + ", expected one of " + kind);
        }
        return manifest;
    }

    private void take(Manifest manifest) {
        requireSame(folder, manifest, identity);
        begun = true;
        for (Manifest.Entry entry : manifest.files()) {
            check(entry);
            if (files.put(entry.name(), entry) != null) {
                throw new MalformedFileException(folder.resolve(MANIFEST), "names '" + entry.name() + "' twice");
            }
        }
        manifest.identity().forEach(identity::putIfAbsent);
        progress = manifest.progress();
        complete = manifest.complete();
    }

    /**
     * Holds a manifest to what its store must belong to.
     *
     * @throws StoreMismatchException if it belongs to something else
     */
    public static void requireSame(Path folder, Manifest manifest, Map<String, String> expected) {
        requireSame(folder, manifest.identity(), expected);
    }

    private static void requireSame(Path folder, Map<String, String> identity, Map<String, String> expected) {
        List<String> differing = new ArrayList<>();
        List<String> details = new ArrayList<>();
        expected.forEach((name, value) -> {
            String found = identity.get(name);
            if (!value.equals(found)) {
                differing.add(name);
                details.add(name + " is " + brief(String.valueOf(found)) + ", expected " + brief(value));
            }
        });
        if (!differing.isEmpty()) {
            throw new StoreMismatchException(folder, differing, details);
        }
    }

    /** Digests differ in their first digits; of a text, the beginning has to do. */
    private static String brief(String value) {
        return DIGEST.matcher(value).matches() ? value.substring(0, BRIEF_DIGEST) + "…"
                : value.length() > BRIEF_TEXT ? value.substring(0, BRIEF_TEXT) + "…" : value;
    }

    private static boolean isInside(String name) {
        try {
            Path path = Path.of(name);
            return !name.isEmpty() && !path.isAbsolute() && path.equals(path.normalize()) && !path.startsWith("..");
        } catch (InvalidPathException _) {
            return false;
        }
    }

    private void check(Manifest.Entry entry) {
        if (!isInside(entry.name())) {
            throw new MalformedFileException(
                    folder.resolve(MANIFEST), "names a file outside its folder: '" + entry.name() + "'");
        }
        Path path = folder.resolve(entry.name());
        if (!Files.exists(path)) {
            throw new MalformedFileException(path, "is missing, and the manifest names it");
        }
        long bytes = InputFiles.size(path);
        if (bytes != entry.bytes()) {
            throw new MalformedFileException(
                    path, "found " + bytes + " bytes, expected the " + entry.bytes() + " that were written");
        }
        String digest = Hashes.sha256(path);
        if (!digest.equals(entry.sha256())) {
            throw new MalformedFileException(path, "found SHA-256 " + digest + ", expected " + entry.sha256()
                    + ": the file was changed or damaged");
        }
    }

    /** What a process left that was killed while it wrote; also where the store is damaged and cannot go on. */
    private void removeLeftovers(List<Manifest.Entry> counted) {
        Set<String> names = counted.stream().map(Manifest.Entry::name).collect(Collectors.toSet());
        try {
            removeLeftovers(folder, names);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be cleaned of what an earlier run left: " + e.getMessage(), e);
        }
    }

    /** A folder in it that is a store by itself, or about to be one, cleans itself. */
    private static void removeLeftovers(Path place, Set<String> names) throws IOException {
        List<Path> entries;
        try (Stream<Path> all = Files.list(place)) {
            entries = all.toList();
        }
        for (Path path : entries) {
            String name = path.getFileName().toString();
            if (AtomicFiles.isTemporary(path) || PASSING.matcher(name).matches() && !names.contains(name)) {
                Files.deleteIfExists(path);
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && Files.notExists(path.resolve(MANIFEST))
                    && Files.notExists(path.resolve(FolderLock.NAME))) {
                removeLeftovers(path, names);
            }
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Everything known of what the store belongs to. */
    public SequencedMap<String, String> identity() {
        return identity;
    }

    /** Whether nothing is missing. */
    public boolean isComplete() {
        return complete;
    }

    /** How far it is, as the last commit said; nothing in a new store. */
    public Map<String, String> progress() {
        return progress;
    }

    /**
     * A count that the last commit kept; 0 if it kept none.
     *
     * @throws MalformedFileException if it is no number in {@code 0 .. most}
     */
    public int progress(String name, int most) {
        String value = progress.getOrDefault(name, "0");
        try {
            int count = Integer.parseInt(value);
            if (count >= 0 && count <= most) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Reported below, as a number out of range is.
        }
        throw new MalformedFileException(folder.resolve(MANIFEST),
                "progress." + name + ": found '" + value + "', expected 0.." + most);
    }

    /**
     * What the store says of itself under this name.
     *
     * @throws MalformedFileException if it says nothing
     */
    public String required(String name) {
        String value = identity.get(name);
        if (value == null) {
            throw new MalformedFileException(folder.resolve(MANIFEST), "identity has no '" + name + "'");
        }
        return value;
    }

    /** Whether a file counts. */
    public boolean has(String name) {
        return files.containsKey(name);
    }

    /** Names of the files, in the order in which they were put. */
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** The path of a file of the store. */
    public Path path(String name) {
        if (!files.containsKey(name)) {
            throw new MalformedFileException(folder.resolve(MANIFEST), "names no file '" + name + "'");
        }
        return folder.resolve(name);
    }

    /** Writes a file, which counts from the next commit on. */
    public void put(String name, Consumer<Path> writer) {
        writer.accept(folder.resolve(name));
        count(name);
    }

    /** Takes a file that was written into the folder, which counts from the next commit on. */
    public void count(String name) {
        Path path = folder.resolve(name);
        files.put(name, new Manifest.Entry(name, InputFiles.size(path), Hashes.sha256(path)));
        dropped.remove(name);
    }

    /** Removes a file at the next commit. */
    public void drop(String name) {
        if (files.remove(name) != null) {
            dropped.add(name);
        }
    }

    /** Makes all changes count. */
    public void commit(Map<String, String> newProgress, boolean nowComplete) {
        progress = Map.copyOf(newProgress);
        complete = nowComplete;
        begun = true;
        Json.write(folder.resolve(MANIFEST), new Manifest(
                Manifest.FORMAT, kind, complete, identity, new TreeMap<>(progress), List.copyOf(files.values())));
        for (String name : dropped) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException _) {
                // It no longer counts; the next opening tries again.
            }
        }
        dropped.clear();
    }

    @Override
    public void close() {
        lock.ifPresent(FolderLock::close);
    }
}
