package org.plumbline.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders to write to. */
public final class Folders {
    private Folders() {}

    /**
     * Makes a folder, and those it lies in, unless it is there.
     *
     * @throws InputException if it cannot be made
     */
    public static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            String reason = switch (e) {
                case FileAlreadyExistsException _ -> "a file is in its place";
                case AccessDeniedException _ -> "permission denied";
                case FileSystemException failure when failure.getReason() != null -> failure.getReason();
                default -> String.valueOf(e.getMessage());
            };
            throw new InputException(folder + ": cannot be made a folder: " + reason, e);
        }
    }
}
