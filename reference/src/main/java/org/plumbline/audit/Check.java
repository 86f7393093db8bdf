package org.plumbline.audit;

import org.jspecify.annotations.Nullable;
import org.plumbline.audit.diagnosis.Mistake;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param outcome how it came out
 * @param found the number or fact, with the module where it is worst
 * @param meaning what it means where it fails
 * @param mistake that it points to where it fails
 */
public record Check(String name, Outcome outcome, String found, String meaning, @Nullable Mistake mistake) {

    /** How a check comes out. */
    public enum Outcome {
        /** As it must be. */
        HOLDS,
        /** No defect by itself, and worth knowing. */
        NOTE,
        /** A defect. */
        FAILS,
        /** What it needs is not there. */
        NOT_POSSIBLE
    }

    static Check holds(String name, String found, String meaning) {
        return new Check(name, Outcome.HOLDS, found, meaning, null);
    }

    static Check of(boolean holds, String name, String found, String meaning, @Nullable Mistake mistake) {
        return new Check(name, holds ? Outcome.HOLDS : Outcome.FAILS, found, meaning, holds ? null : mistake);
    }

    static Check note(String name, String found, String meaning) {
        return new Check(name, Outcome.NOTE, found, meaning, null);
    }

    static Check notPossible(String name, String found) {
        return new Check(name, Outcome.NOT_POSSIBLE, found, "", null);
    }
}
