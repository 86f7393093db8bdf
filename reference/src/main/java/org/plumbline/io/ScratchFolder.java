package org.plumbline.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for files that a command needs while it runs. It is removed when it is closed and when the process is ended
 * by a signal that can be handled. What a process left that was killed is removed when the next folder of the same
 * purpose is made beside it: the lock of a folder ends with its process.
 */
public final class ScratchFolder implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final Path folder;
    private final FolderLock lock;
    private final Thread atEnd;

    private ScratchFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
        this.atEnd = new Thread(this::delete, "delete " + folder);
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    /**
     * Makes a folder.
     *
     * @param parent where it is made
     * @param purpose a word, part of its name
     * @throws InputException if it cannot be made
     */
    public static ScratchFolder make(Path parent, String purpose) {
        String prefix = "plumbline-" + purpose + "-";
        removeLeftovers(parent, prefix);
        InputException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path folder = parent.resolve(prefix + ProcessHandle.current().pid() + "-"
                    + Long.toHexString(System.nanoTime()));
            try {
                Files.createDirectory(folder);
                return new ScratchFolder(folder, FolderLock.take(folder));
            } catch (InputException e) {
                // Another process took it for a leftover before it was locked.
                last = e;
            } catch (IOException e) {
                throw AtomicFiles.unwritable(folder, e);
            }
        }
        throw last == null ? new InputException(parent + ": no scratch folder can be made") : last;
    }

    private static void removeLeftovers(Path parent, String prefix) {
        try (Stream<Path> entries = Files.list(parent)) {
            List<Path> folders = entries.filter(path -> path.getFileName().toString().startsWith(prefix)
                    && Files.isDirectory(path)).toList();
            for (Path left : folders) {
                try (FolderLock _ = FolderLock.take(left)) {
                    delete(left);
                } catch (InputException _) {
                    // Its process lives, or it is somebody else's.
                }
            }
        } catch (IOException _) {
            // Making the folder tells why.
        }
    }

    /** The folder. */
    public Path path() {
        return folder;
    }

    @Override
    public void close() {
        delete();
        lock.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException _) {
            // The process ends, and the folder is gone.
        }
    }

    private void delete() {
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException _) {
            // A scratch folder that is left behind harms no result; the next one of its purpose tries again.
        }
    }
}
