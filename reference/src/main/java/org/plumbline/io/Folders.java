package org.plumbline.io;

import java.io.IOException;
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
            throw new InputException(folder + ": cannot be made a folder: " + e.getMessage(), e);
        }
    }
}
