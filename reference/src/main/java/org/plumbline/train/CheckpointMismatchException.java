package org.plumbline.train;

import java.nio.file.Path;
import java.util.List;
import org.plumbline.io.InputException;

/**
 * A checkpoint of another run: its model, examples or configuration are not those of the trainer that should continue.
 */
public final class CheckpointMismatchException extends InputException {

    private final List<String> differing;

    /**
     * @param differing what differs, by name
     * @param details one clause for each
     */
    CheckpointMismatchException(Path path, List<String> differing, List<String> details) {
        super(path + ": the checkpoint belongs to another run: " + String.join("; ", details));
        this.differing = List.copyOf(differing);
    }

    /** Names of what differs, such as {@code seed} or {@code optimizer}. */
    public List<String> differing() {
        return differing;
    }
}
