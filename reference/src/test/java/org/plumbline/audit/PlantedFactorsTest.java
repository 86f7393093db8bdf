package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.influence.Convention.Labels;

/**
 * Every mistake that factors can show, planted in those of random models of three architectures, is the first that is
 * named in at least 95 of 100 trials, and factors without one are never accused. The number of trials is
 * {@code -Dplumbline.audit.trials}.
 */
class PlantedFactorsTest {
    private static final int TRIALS = Integer.getInteger("plumbline.audit.trials", 1);

    @TempDir
    private Path folder;

    private @Nullable AuditReport audit(PlantedFactors.Kind kind, Trial.Architecture architecture, long seed) {
        Trial trial = Trial.of(architecture, seed);
        boolean sampled = kind == PlantedFactors.Kind.SOUND_SAMPLED;
        PlantedFactors factors = new PlantedFactors(trial, sampled);
        if (!factors.plant(kind)) {
            return null;
        }
        Labels said = sampled || kind == PlantedFactors.Kind.EMPIRICAL ? Labels.MODEL : Labels.TRAINING;
        return Audit.factors(factors.write(folder, said), trial.audited(), Map.of());
    }

    @ParameterizedTest
    @EnumSource(PlantedFactors.Kind.class)
    void mistakesAreNamed(PlantedFactors.Kind kind) {
        int trials = 0;
        int named = 0;
        StringBuilder others = new StringBuilder();
        for (Trial.Architecture architecture : Trial.Architecture.values()) {
            for (int i = 0; i < TRIALS; i++) {
                AuditReport report = audit(kind, architecture, 1000L * architecture.ordinal() + i);
                if (report == null) {
                    continue;
                }
                trials++;
                if (kind.mistake.isEmpty()) {
                    assertEquals(Verdict.SOUND, report.verdict(), architecture + " " + i + "\n" + report.text());
                    named++;
                } else {
                    assertNotEquals(Verdict.SOUND, report.verdict(), architecture + " " + i + "\n" + report.text());
                    if (!report.mistakes().isEmpty() && report.mistakes().getFirst() == kind.mistake.get()) {
                        named++;
                    } else {
                        others.append(architecture).append(' ').append(i).append('\n').append(report.text());
                    }
                }
            }
        }
        int all = trials;
        int right = named;
        assertTrue(right >= 0.95 * all, () -> kind + ": " + right + " of " + all + "\n" + others);
    }
}
