package org.plumbline.audit.diagnosis;

import java.util.List;

/**
 * A factor between a sum over the data and what is stored.
 *
 * @param words where it comes from
 * @param traits what that says of the convention
 * @param factor by which the sum is multiplied
 * @param mistakes in it
 * @param unlikely how much speaks against it before the numbers are seen, in mistakes
 */
record Scale(String words, Traits traits, double factor, List<Mistake> mistakes, double unlikely) {
    Scale {
        mistakes = List.copyOf(mistakes);
    }

    static Scale of(String words, double factor) {
        return new Scale(words, Traits.NONE, factor, List.of(), 0);
    }
}
