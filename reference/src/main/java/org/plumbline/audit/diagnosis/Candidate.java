package org.plumbline.audit.diagnosis;

import java.util.List;

/**
 * A prediction with what it stands for.
 *
 * @param words what was computed
 * @param traits what that says of the convention
 * @param mistakes in it
 * @param unlikely how much speaks against it before the numbers are seen, in mistakes: what departs from a claim
 */
record Candidate(
        String words, Traits traits, List<Mistake> mistakes, double unlikely, Prediction prediction) {
    Candidate {
        mistakes = List.copyOf(mistakes);
    }
}
