package org.plumbline.text.jinja;

/** How much one rendering may take: a template comes from strangers, and must not run or write without end. */
final class Budget {
    private static final int STEPS = 3_000_000;
    private static final int CHARACTERS = 1 << 26;
    private static final int CALLS = 60;

    private int steps;
    private long characters;
    private int calls;

    void step(int line) {
        if (++steps > STEPS) {
            throw Errors.at(line, "found more than " + STEPS + " steps, expected an end before");
        }
    }

    void write(int written, int line) {
        characters += written;
        if (characters > CHARACTERS) {
            throw Errors.at(line, "found more than " + CHARACTERS + " characters, expected a shorter text");
        }
    }

    void enter(int line) {
        if (++calls > CALLS) {
            throw Errors.at(line, "found macros more than " + CALLS + " calls deep");
        }
    }

    void leave() {
        calls--;
    }
}
