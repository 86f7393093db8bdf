package org.plumbline.verification.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.plumbline.io.InputException;

/** Folders that results go to. */
final class OutputFolder {
    private OutputFolder() {}

    /** Finds out before any work whether results can be written. */
    static Path made(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be made a folder for results: " + e.getMessage(), e);
        }
        if (!Files.isWritable(folder)) {
            throw new InputException(folder + ": this folder cannot be written to");
        }
        return folder;
    }
}
