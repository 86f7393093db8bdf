package org.plumbline.audit.diagnosis;

import java.util.List;

/**
 * One way in which a quantity may have been computed, and how well it reproduces what was found.
 *
 * @param mistakes in it; none for a convention
 * @param words what was computed
 * @param traits what that says of the convention
 * @param residual {@code ‖found − predicted‖ / ‖found‖}
 * @param expected the residual that sampled labels alone give, or the agreement that the files' precision allows
 * @param fits whether the residual is no larger than that
 */
public record Explanation(
        List<Mistake> mistakes, String words, Traits traits, double residual, double expected, boolean fits) {

    /** Copies the list. */
    public Explanation {
        mistakes = List.copyOf(mistakes);
    }

    /** Whether it is a convention and no mistake. */
    public boolean isSound() {
        return mistakes.isEmpty();
    }
}
