package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What explains one quantity.
 *
 * @param quantity such as {@code Λ}
 * @param best the explanation with the fewest mistakes among those that fit, or the closest one
 * @param alike others that fit as well, which these data do not tell apart from it
 * @param why why not, where there are some
 */
public record Finding(String quantity, Explanation best, List<Explanation> alike, String why) {
    private static final int SHOWN = 3;

    /** Copies the list. */
    public Finding {
        alike = List.copyOf(alike);
    }

    /** Whether a convention without a mistake explains it. */
    public boolean isSound() {
        return best.fits() && best.isSound();
    }

    /** The explanation in a sentence. */
    public String sentence() {
        if (!best.fits()) {
            return String.format(Locale.ROOT, "no known explanation fits; the closest, %s, leaves %.2g",
                    named(best), best.residual());
        }
        return named(best) + (isSound() ? "" : ": "
                + best.mistakes().stream().map(Mistake::advice).distinct().collect(Collectors.joining("; and ")));
    }

    private static String named(Explanation explanation) {
        String names = explanation.mistakes().stream().map(Enum::name).distinct().collect(Collectors.joining(" and "));
        return names.isEmpty() ? explanation.words() : names + " (" + explanation.words() + ")";
    }

    /** The lines of a table: quantity, residual, explanation, and what cannot be told apart from it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-22s %9.2g  %s", quantity, best.residual(), sentence()));
        if (best.fits()) {
            lines.add(String.format(Locale.ROOT, "%-22s %9s  within %.2g", "", "", best.expected()));
        }
        if (!alike.isEmpty()) {
            lines.add(" ".repeat(34) + "not told apart from: " + alike.stream().limit(SHOWN).map(Finding::named)
                    .collect(Collectors.joining("; ")) + (alike.size() > SHOWN ? "; …" : "")
                    + (why.isEmpty() ? "" : " (" + why + ")"));
        }
        return lines;
    }
}
