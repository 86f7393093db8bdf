package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.plumbline.audit.diagnosis.Mistake;

/** Trials of a planted mistake on every architecture, {@code -Dplumbline.audit.trials} of each. */
final class PlantedTrials {
    private static final int TRIALS = Integer.getInteger("plumbline.audit.trials", 1);

    private PlantedTrials() {}

    /** One trial; empty where the model that the seed draws cannot show the mistake. */
    @FunctionalInterface
    interface Planted {
        Optional<AuditReport> audited(Trial.Architecture architecture, long seed);
    }

    /**
     * That the mistake is the first that is named in 95 of 100 trials and none is sound; or, without a mistake, that
     * all are.
     */
    static void assertNamed(String kind, Optional<Mistake> mistake, Planted planted) {
        int trials = 0;
        int named = 0;
        StringBuilder others = new StringBuilder();
        for (Trial.Architecture architecture : Trial.Architecture.values()) {
            for (int i = 0; i < TRIALS; i++) {
                Optional<AuditReport> audited = planted.audited(architecture, 1000L * architecture.ordinal() + i);
                if (audited.isEmpty()) {
                    continue;
                }
                AuditReport report = audited.get();
                String trial = architecture + " " + i + "\n" + report.text();
                trials++;
                if (mistake.isEmpty()) {
                    assertEquals(Verdict.SOUND, report.verdict(), trial);
                    named++;
                } else {
                    assertNotEquals(Verdict.SOUND, report.verdict(), trial);
                    if (!report.mistakes().isEmpty() && report.mistakes().getFirst() == mistake.get()) {
                        named++;
                    } else {
                        others.append(trial);
                    }
                }
            }
        }
        int all = trials;
        int right = named;
        assertTrue(right >= 0.95 * all, () -> kind + ": " + right + " of " + all + "\n" + others);
    }
}
