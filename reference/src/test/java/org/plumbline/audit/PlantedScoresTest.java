package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.influence.Convention;

/**
 * Every mistake that scores can show, planted in those of random models of three architectures, is the first that is
 * named in at least 95 of 100 trials, and scores without one are never accused. The number of trials is
 * {@code -Dplumbline.audit.trials}.
 */
class PlantedScoresTest {
    private static final int TRIALS = Integer.getInteger("plumbline.audit.trials", 1);

    @TempDir
    private Path folder;

    private Optional<AuditReport> audit(PlantedScores.Kind kind, Trial.Architecture architecture, long seed) {
        Trial trial = Trial.of(architecture, seed);
        PlantedFactors factors = new PlantedFactors(trial, false);
        FactorSet written = factors.write(folder, Convention.Labels.TRAINING);
        Optional<ScoreSet> scores = new PlantedScores(trial, factors).plant(kind);
        return scores.map(set -> Audit.scores(set, trial.audited(), trial.queries, written,
                new ScoreClaims(Optional.of(Convention.RELATIVE), true), Map.of()));
    }

    @ParameterizedTest
    @EnumSource(PlantedScores.Kind.class)
    void mistakesAreNamed(PlantedScores.Kind kind) {
        int trials = 0;
        int named = 0;
        StringBuilder others = new StringBuilder();
        for (Trial.Architecture architecture : Trial.Architecture.values()) {
            for (int i = 0; i < TRIALS; i++) {
                Optional<AuditReport> audited = audit(kind, architecture, 1000L * architecture.ordinal() + i);
                if (audited.isEmpty()) {
                    continue;
                }
                AuditReport report = audited.get();
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
