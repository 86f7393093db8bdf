package org.plumbline.text.jinja;

import org.plumbline.io.InputException;

/** What is wrong with a template, with its line. */
final class Errors {
    private Errors() {}

    static InputException at(int line, String detail) {
        return new InputException("chat template, line " + line + ": " + detail);
    }

    /** Something that others understand. */
    static InputException unsupported(int line, String what) {
        return at(line, "found " + what + ", which is not supported");
    }
}
