package org.plumbline.io;

import java.nio.file.Path;
import java.util.List;

/** A store that is whole but was made from another model, other data or with other settings. */
public final class StoreMismatchException extends InputException {
    private static final int MOST = 3;

    private final List<String> differing;

    StoreMismatchException(Path folder, List<String> differing, List<String> details) {
        super(folder + ": this store belongs to another run: "
                + String.join("; ", details.subList(0, Math.min(MOST, details.size())))
                + (details.size() > MOST ? "; and " + (details.size() - MOST) + " more" : ""));
        this.differing = List.copyOf(differing);
    }

    /** Names of what differs. */
    public List<String> differing() {
        return differing;
    }
}
