package org.plumbline.influence.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.Folders;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;

/**
 * A folder whose manifest says which files count. {@link #put} and {@link #drop} take effect with {@link #commit}, all
 * at once: before it, the store is what it was.
 *
 * <p>One process at a time writes a store; a lock that ends with the process keeps others out.
 */
final class StoreFolder implements AutoCloseable {
    private static final String MANIFEST = "manifest.json";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final String kind;
    private final SequencedMap<String, String> identity;
    private final SequencedMap<String, Manifest.Entry> files = new LinkedHashMap<>();
    private final List<String> dropped = new ArrayList<>();
    private final Optional<FileChannel> lock;
    private Map<String, String> progress = Map.of();
    private boolean complete;

    private StoreFolder(
            Path folder, String kind, SequencedMap<String, String> identity, Optional<FileChannel> lock) {
        this.folder = folder;
        this.kind = kind;
        this.identity = identity;
        this.lock = lock;
    }

    /**
     * Opens a store for writing: a new one, or one that is continued.
     *
     * @throws StoreMismatchException if one is there that belongs to something else
     * @throws MalformedFileException if one is there and a file of it is missing or not as it was written
     * @throws InputException if the folder cannot be made, or another process writes there
     */
    static StoreFolder write(Path folder, String kind, SequencedMap<String, String> identity) {
        Folders.make(folder);
        StoreFolder store = new StoreFolder(folder, kind, identity, Optional.of(lock(folder)));
        try {
            boolean begun = Files.exists(folder.resolve(MANIFEST));
            if (begun) {
                store.take(parsed(folder, kind));
            } else {
                store.requireEmpty();
            }
            // Of a store that was never begun, too: its first manifest may have been half-way.
            store.removeLeftovers();
            if (!begun) {
                store.commit(Map.of(), false);
            }
            return store;
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
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
    static StoreFolder read(Path folder, String kind, SequencedMap<String, String> expected) {
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
    static Manifest manifest(Path folder, String kind) {
        if (!Files.exists(folder.resolve(MANIFEST))) {
            throw new InputException(folder + ": found no " + MANIFEST + ", expected a store of " + kind);
        }
        Manifest manifest = parsed(folder, kind);
        if (!manifest.complete()) {
            throw new InputException(folder + ": this store of " + kind
                    + " is not finished: run the command that makes it again, and it goes on from where it was");
        }
        return manifest;
    }

    private static FileChannel lock(Path folder) {
        Path path = folder.resolve(LOCK);
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = null;
            try {
                held = channel.tryLock();
            } catch (OverlappingFileLockException _) {
                // Reported below, as a lock of another process is.
            }
            if (held == null) {
                channel.close();
                throw new InputException(folder + ": another process is writing this store");
            }
            return channel;
        } catch (IOException e) {
            throw new InputException(path + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private void requireEmpty() {
        try (Stream<Path> entries = Files.list(folder)) {
            Optional<Path> other = entries
                    .filter(path -> !path.endsWith(LOCK) && !AtomicFiles.isTemporary(path)).findFirst();
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
        for (Manifest.Entry entry : manifest.files()) {
            check(entry);
            files.put(entry.name(), entry);
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
    static void requireSame(Path folder, Manifest manifest, Map<String, String> expected) {
        List<String> differing = new ArrayList<>();
        List<String> details = new ArrayList<>();
        expected.forEach((name, value) -> {
            String found = manifest.identity().get(name);
            if (!value.equals(found)) {
                differing.add(name);
                details.add(name + " is " + found + ", expected " + value);
            }
        });
        if (!differing.isEmpty()) {
            throw new StoreMismatchException(folder, differing, details);
        }
    }

    private void check(Manifest.Entry entry) {
        Path path = folder.resolve(entry.name());
        if (!folder.normalize().equals(path.normalize().getParent())) {
            throw new MalformedFileException(folder.resolve(MANIFEST), "names a file outside its folder");
        }
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

    private void removeLeftovers() {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path path : entries.toList()) {
                String name = path.getFileName().toString();
                if (AtomicFiles.isTemporary(path) || name.startsWith(StoredSums.PREFIX) && !files.containsKey(name)) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be cleaned of what an earlier run left: " + e.getMessage(), e);
        }
    }

    Path folder() {
        return folder;
    }

    /** Everything known of what the store belongs to. */
    SequencedMap<String, String> identity() {
        return identity;
    }

    boolean isComplete() {
        return complete;
    }

    /** How far it is, as the last commit said; nothing in a new store. */
    Map<String, String> progress() {
        return progress;
    }

    boolean has(String name) {
        return files.containsKey(name);
    }

    /** Names of the files, in the order in which they were put. */
    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** The path of a file of the store. */
    Path path(String name) {
        if (!files.containsKey(name)) {
            throw new MalformedFileException(folder.resolve(MANIFEST), "names no file '" + name + "'");
        }
        return folder.resolve(name);
    }

    /** Writes a file, which counts from the next commit on. */
    void put(String name, Consumer<Path> writer) {
        Path path = folder.resolve(name);
        writer.accept(path);
        files.put(name, new Manifest.Entry(name, InputFiles.size(path), Hashes.sha256(path)));
        dropped.remove(name);
    }

    /** Removes a file at the next commit. */
    void drop(String name) {
        if (files.remove(name) != null) {
            dropped.add(name);
        }
    }

    /** Makes all changes count. */
    void commit(Map<String, String> newProgress, boolean nowComplete) {
        progress = Map.copyOf(newProgress);
        complete = nowComplete;
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
        lock.ifPresent(channel -> {
            try {
                channel.close();
            } catch (IOException _) {
                // The lock ends with the process at the latest.
            }
        });
    }
}
