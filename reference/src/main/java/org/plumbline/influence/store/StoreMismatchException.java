package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.List;
import org.plumbline.io.InputException;

/** A store that is whole but was made from another model, other data or with other settings. */
public final class StoreMismatchException extends InputException {
    private final List<String> differing;

    StoreMismatchException(Path folder, List<String> differing, List<String> details) {
        super(folder + ": this store belongs to another run: " + String.join("; ", details));
        this.differing = List.copyOf(differing);
    }

    /** Names of what differs. */
    public List<String> differing() {
        return differing;
    }
}
