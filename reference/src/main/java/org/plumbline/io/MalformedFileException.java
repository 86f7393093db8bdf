package org.plumbline.io;

import java.nio.file.Path;

/**
 * A file that exists and can be read but breaks its own format: truncated, inconsistent or not of this format at all.
 * Apart from other input errors because its remedy is another copy of the file, not another option.
 */
public final class MalformedFileException extends InputException {

    private final transient Path path;

    /**
     * @param path the file
     * @param detail what was found where, and what the format demands
     */
    public MalformedFileException(Path path, String detail) {
        super(path + ": " + detail);
        this.path = path;
    }

    /**
     * @param path the file
     * @param detail what was found where, and what the format demands
     * @param cause the parser's own failure
     */
    public MalformedFileException(Path path, String detail, Throwable cause) {
        super(path + ": " + detail, cause);
        this.path = path;
    }

    /** The malformed file. */
    public Path path() {
        return path;
    }
}
