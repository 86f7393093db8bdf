package org.plumbline.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reading files that a user named: every failure becomes an {@link InputException} that names the file. */
public final class InputFiles {

    /** Largest content that {@link Files#readAllBytes} can return. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

    private InputFiles() {}

    /**
     * The whole content of a regular file.
     *
     * @throws InputException if there is no such file, it is a folder or no regular file, it cannot be read, or it does
     *     not fit into one array
     */
    public static byte[] bytes(Path path) {
        long size = size(path);
        if (size > MAX_BYTES) {
            throw new InputException(path + ": found " + size + " bytes, expected at most " + MAX_BYTES);
        }
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * The size of a regular file in bytes.
     *
     * @throws InputException if there is no such file, or it is a folder or no regular file
     */
    public static long size(Path path) {
        if (Files.isDirectory(path)) {
            throw new InputException(path + ": found a folder, expected a file");
        }
        if (Files.notExists(path)) {
            throw new InputException(path + ": no such file");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new InputException(path + ": found a device or pipe, expected a regular file");
        }
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** The input error for a failed read of {@code path}. */
    public static InputException unreadable(Path path, IOException failure) {
        String reason =
                switch (failure) {
                    case NoSuchFileException _ -> "no such file";
                    case AccessDeniedException _ -> "cannot be read: permission denied";
                    case FileSystemException e when e.getReason() != null -> "cannot be read: " + e.getReason();
                    default -> "cannot be read: " + failure.getMessage();
                };
        return new InputException(path + ": " + reason, failure);
    }
}
