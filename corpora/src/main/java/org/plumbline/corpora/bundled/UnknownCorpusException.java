package org.plumbline.corpora.bundled;

import java.util.List;

/** A corpus was asked for by a name that none has. */
public final class UnknownCorpusException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnknownCorpusException(String name, List<String> known) {
        super("no bundled corpus is called '" + name + "'; there is " + String.join(", ", known));
    }
}
