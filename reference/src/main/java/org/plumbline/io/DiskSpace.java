package org.plumbline.io;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.plumbline.engine.ByteCount;

/** Room on the disk that a folder is on. */
public final class DiskSpace {
    private DiskSpace() {}

    /**
     * Checks before anything is written that a result fits on the disk. What the folder holds of it already needs no
     * room again.
     *
     * @param folder where the result goes; it need not be there
     * @param bytes of the whole result
     * @param what the room is for, as the message will call it
     * @throws InputException if it does not fit
     */
    public static void require(Path folder, long bytes, String what) {
        Path existing = folder.toAbsolutePath();
        while (Files.notExists(existing)) {
            // A root exists.
            existing = Objects.requireNonNull(existing.getParent());
        }
        try {
            require(folder, bytes, what, Files.getFileStore(existing).getUsableSpace());
        } catch (IOException e) {
            throw InputFiles.unreadable(existing, e);
        }
    }

    static void require(Path folder, long bytes, String what, long free) throws IOException {
        long missing = bytes - held(folder);
        if (free < missing) {
            throw new InputException(folder + ": " + what + " needs " + ByteCount.atLeast(missing)
                    + " on disk, " + ByteCount.atMost(free) + " are free");
        }
    }

    private static long held(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long[] held = {0};
        Files.walkFileTree(folder, Set.of(), 2, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                held[0] += attributes.isRegularFile() && !AtomicFiles.isTemporary(file) ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            /** Files of other processes come and go. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return held[0];
    }
}
