package org.plumbline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps other processes from writing to a folder. The lock is the operating system's, on the file {@value #NAME}, so it
 * ends with its process whatever becomes of that.
 *
 * <p>The file is removed before the lock is released. A process that had opened it by then gets the lock of a file that
 * has no name any more. Therefore the holder gives the file a length of its own, from its process id, and looks by
 * name whether it is there. It must not read the file: closing that would end the lock, as POSIX has it. Lengths stay
 * within {@value #LENGTHS} bytes, as the disk may be nearly full: two processes that meet in these microseconds have
 * the same one once in {@value #LENGTHS} times.
 */
final class FolderLock implements AutoCloseable {
    static final String NAME = ".plumbline.lock";

    private static final int ATTEMPTS = 20;
    private static final int LENGTHS = 1024;
    /** Of a process id at most. */
    private static final int DIGITS = 19;
    /** Folders that this process holds: two channels on one file would end each other's lock. */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final String held;
    private final FileChannel channel;
    private final boolean made;

    private FolderLock(Path folder, String held, FileChannel channel, boolean made) {
        this.folder = folder;
        this.held = held;
        this.channel = channel;
        this.made = made;
    }

    /**
     * Locks a folder, which is made if it is missing.
     *
     * @throws InputException if another process, or this one, writes there, or the folder cannot be written to
     */
    static FolderLock take(Path folder) {
        boolean made = false;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            made |= Files.notExists(folder);
            Folders.make(folder);
            try {
                Optional<FolderLock> lock = attempt(folder, made);
                if (lock.isPresent()) {
                    return lock.get();
                }
            } catch (NoSuchFileException _) {
                // The last holder had made the folder, and removed it.
            } catch (IOException e) {
                throw AtomicFiles.unwritable(folder.resolve(NAME), e);
            }
        }
        throw new InputException(folder + ": other processes lock and unlock this folder all the time");
    }

    private static Optional<FolderLock> attempt(Path folder, boolean made) throws IOException {
        String held = folder.toRealPath().toString();
        if (!HELD.add(held)) {
            throw new InputException(folder + ": this command writes another result there; expected two folders");
        }
        boolean taken = false;
        try {
            FileChannel channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            try {
                taken = isTaken(channel, folder);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            return taken ? Optional.of(new FolderLock(folder, held, channel, made)) : Optional.empty();
        } finally {
            if (!taken) {
                HELD.remove(held);
            }
        }
    }

    private static boolean isTaken(FileChannel channel, Path folder) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw new InputException(folder + ": another process is writing there");
        }
        long process = ProcessHandle.current().pid();
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(process).getBytes(StandardCharsets.US_ASCII)), 0);
        long length = DIGITS + process % LENGTHS;
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}), length);
        Path file = folder.resolve(NAME);
        return Files.exists(file) && Files.size(file) == length + 1;
    }

    /** Removes the lock, and the folder if it was made by this lock and nothing is in it. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(NAME));
            if (made) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException _) {
            // Something is in the folder; or the file stays, and locks nothing.
        } finally {
            try {
                channel.close();
            } catch (IOException _) {
                // The lock ends with the process at the latest.
            }
            HELD.remove(held);
        }
    }
}
