package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.audit.PlantedScores.Kind;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.influence.Convention;

/** Two mistakes at once are never sound, and at least one of them is named. */
class TwoMistakesTest {
    @TempDir
    private Path folder;

    private AuditReport audit(Trial.Architecture architecture, Kind first, Kind second) {
        Trial trial = Trial.of(architecture, 7);
        PlantedFactors factors = new PlantedFactors(trial, false);
        FactorSet written = factors.write(folder, Convention.Labels.TRAINING);
        PlantedScores scores = new PlantedScores(trial, factors);
        scores.plant(first).orElseThrow();
        ScoreSet both = scores.plant(second).orElseThrow();
        return Audit.scores(both, trial.audited(), trial.queries, written,
                new ScoreClaims(Optional.of(Convention.RELATIVE), true), Map.of());
    }

    @Test
    void atLeastOneIsNamed() {
        for (List<Kind> pair : List.of(List.of(Kind.TURNED, Kind.SIGN), List.of(Kind.APPENDED, Kind.PER_SHARD),
                List.of(Kind.MULTIPLIED_DAMPED, Kind.ACCUMULATED), List.of(Kind.NORMALIZED, Kind.ONE_COPY),
                List.of(Kind.TOKEN_MEAN, Kind.SHIFTED_ON), List.of(Kind.COLUMNS, Kind.CONSTANT_DAMPING))) {
            for (Trial.Architecture architecture : Trial.Architecture.values()) {
                AuditReport report = audit(architecture, pair.getFirst(), pair.getLast());
                assertEquals(Verdict.DEFECTS, report.verdict(), report.text());
                assertTrue(report.mistakes().contains(pair.getFirst().mistake.orElseThrow())
                        || report.mistakes().contains(pair.getLast().mistake.orElseThrow()), pair + report.text());
            }
        }
    }
}
