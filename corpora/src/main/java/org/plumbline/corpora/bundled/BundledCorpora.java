package org.plumbline.corpora.bundled;

import java.util.List;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.harbor.Harbor;

/** The corpora that come with the project. */
public final class BundledCorpora {

    private BundledCorpora() {}

    /** Returns the names that {@link #load} takes. */
    public static List<String> names() {
        return List.of(Harbor.NAME);
    }

    /**
     * Generates a corpus; every call returns the same content.
     *
     * @throws UnknownCorpusException if there is no corpus of that name
     */
    public static Corpus load(String name) {
        return switch (name) {
            case Harbor.NAME -> Harbor.generate();
            default -> throw new UnknownCorpusException(name, names());
        };
    }
}
