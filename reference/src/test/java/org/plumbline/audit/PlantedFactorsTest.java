package org.plumbline.audit;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.influence.Convention.Labels;

/**
 * Every mistake that factors can show, planted in those of random models of three architectures, is the first that is
 * named in at least 95 of 100 trials, and factors without one are never accused. The trials are those of
 * {@link PlantedTrials}.
 */
class PlantedFactorsTest {
    @TempDir
    private Path folder;

    private Optional<AuditReport> audit(PlantedFactors.Kind kind, Trial.Architecture architecture, long seed) {
        Trial trial = Trial.of(architecture, seed);
        boolean sampled = kind == PlantedFactors.Kind.SOUND_SAMPLED;
        PlantedFactors factors = new PlantedFactors(trial, sampled);
        if (!factors.plant(kind)) {
            return Optional.empty();
        }
        Labels said = sampled || kind == PlantedFactors.Kind.EMPIRICAL ? Labels.MODEL : Labels.TRAINING;
        return Optional.of(Audit.factors(factors.write(folder, said), trial.audited(), Map.of()));
    }

    @ParameterizedTest
    @EnumSource(PlantedFactors.Kind.class)
    void mistakesAreNamed(PlantedFactors.Kind kind) {
        PlantedTrials.assertNamed(kind.name(), kind.mistake, (architecture, seed) -> audit(kind, architecture, seed));
    }
}
