package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Effects on the same pairs, from the truth that is meant down to the cheapest estimate, each held against the others.
 */
final class Ladder {
    static final String RETRAINING = "retraining";
    static final String CONTINUED = "continued training";
    static final String COPY = "PBRF, one copy";
    static final String RESPONSE = "PBRF";

    private final List<Effects> effects = new ArrayList<>();

    private record Effects(String name, String definition, double[][] raw) {}

    /**
     * Adds the next rung.
     *
     * @param raw {@code [queries][pairs]}, in units of {@code raw}
     */
    void add(String name, String definition, double[][] raw) {
        effects.add(new Effects(name, definition, raw));
    }

    double[][] effects(String name) {
        return find(name).orElseThrow().raw();
    }

    private Optional<Effects> find(String name) {
        return effects.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** All rungs from the top. */
    List<TaskReport.Rung> rungs() {
        List<TaskReport.Rung> rungs = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            Effects own = effects.get(i);
            Closeness above = i == 0 ? null : Closeness.of(own.raw(), effects.get(i - 1).raw());
            rungs.add(new TaskReport.Rung(own.name(), own.definition(), above, against(own, RETRAINING),
                    against(own, RESPONSE), against(own, Estimates.GAUSS_NEWTON)));
        }
        return rungs;
    }

    /** How each rung but the first agrees with retraining from scratch, by its seeds. */
    List<TaskReport.BySeed> bySeed(double[][] own, double[][] others) {
        return effects.stream().skip(1)
                .map(rung -> new TaskReport.BySeed(rung.name(), Closeness.of(rung.raw(), own).pearson(),
                        Closeness.of(rung.raw(), others).pearson()))
                .toList();
    }

    private @Nullable Closeness against(Effects own, String reference) {
        return own.name().equals(reference) ? null : Closeness.of(own.raw(), effects(reference));
    }
}
