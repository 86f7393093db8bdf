package org.plumbline.audit;

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
 * named in at least 95 of 100 trials, and scores without one are never accused. The trials are those of
 * {@link PlantedTrials}.
 */
class PlantedScoresTest {
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
        PlantedTrials.assertNamed(kind.name(), kind.mistake, (architecture, seed) -> audit(kind, architecture, seed));
    }
}
