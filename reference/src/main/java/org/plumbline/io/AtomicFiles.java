package org.plumbline.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Writes a file so that a reader sees the old content or the new, never a part: the bytes go to a temporary file in the
 * same folder, reach the disk ({@code fsync}), and one atomic rename puts them in place. A process killed half-way
 * leaves at most a hidden {@code .<name>.<pid>-<n>.tmp}, which nothing reads and {@link #isTemporary} tells.
 */
public final class AtomicFiles {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final AtomicLong SERIAL = new AtomicLong();
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.\\d+-\\d+\\.tmp");

    private AtomicFiles() {}

    /** What produces a file's content. */
    @FunctionalInterface
    public interface Content {
        /** Writes the content; the stream is buffered and is closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** What produces a file's content in an order of its own. */
    @FunctionalInterface
    public interface ChannelContent {
        /** Writes the content; the channel is closed by the caller. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes {@code path}, replacing it if it exists. If {@code content} throws, {@code path} is as it was and nothing
     * is left behind; its unchecked exceptions pass through.
     *
     * @throws InputException if the folder does not exist or cannot be written, the disk is full, or {@code path}
     *     exists and is no regular file
     */
    public static void write(Path path, Content content) {
        writeChannel(path, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            content.writeTo(out);
            out.flush();
        });
    }

    /**
     * As {@link #write}, for content that is not written from its beginning to its end.
     *
     * @throws InputException as {@link #write} does
     */
    public static void writeChannel(Path path, ChannelContent content) {
        try {
            Path target = target(path);
            // Only a root has no parent, and a root is no file.
            Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent());
            Path temporary = folder.resolve("." + target.getFileName() + "." + ProcessHandle.current().pid() + "-"
                    + SERIAL.incrementAndGet() + ".tmp");
            try {
                writeDurably(temporary, content);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException | Error e) {
                deleteQuietly(temporary, e);
                throw e;
            }
            syncFolder(folder);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Whether a name is that of a file that is being written, or was when its process was killed. */
    public static boolean isTemporary(Path path) {
        return TEMPORARY.matcher(path.getFileName().toString()).matches();
    }

    /** A rename would replace a symbolic link itself: write where it points. */
    private static Path target(Path path) throws IOException {
        if (Files.exists(path)) {
            Path real = path.toRealPath();
            if (!Files.isRegularFile(real)) {
                throw new InputException(path + ": found " + (Files.isDirectory(real) ? "a folder" : "a device or pipe")
                        + ", expected a file or nothing, to write to");
            }
            return real;
        }
        return path;
    }

    private static void writeDurably(Path temporary, ChannelContent content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    private static void deleteQuietly(Path temporary, Throwable failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Makes the rename itself durable. Some systems cannot open a folder; the content is safe there all the same. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // The file is complete and in place; only its survival of a power cut in the next seconds is unproven.
        }
    }

    /** The input error for a failed write of {@code path}. */
    static InputException unwritable(Path path, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        String reason;
        if (failure instanceof NoSuchFileException) {
            reason = "its folder does not exist";
        } else if (failure instanceof AccessDeniedException) {
            reason = "permission denied in its folder";
        } else if (message.contains("No space left") || message.contains("quota exceeded")) {
            reason = "the disk is full";
        } else if (failure instanceof FileSystemException e && e.getReason() != null) {
            reason = e.getReason();
        } else {
            reason = message;
        }
        return new InputException(path + ": cannot be written: " + reason, failure);
    }
}
