package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Precision;
import org.plumbline.influence.scan.Trained;
import org.plumbline.io.InputException;

/** What an inspection says is what the inverse that scores are made of divides by. */
class FactorInspectionTest {
    private static final Trained TRAINED = Trained.small();
    private static final Sequences FEW = Sequences.of(TRAINED.data().subList(0, 20));

    @TempDir
    private Path temporary;

    private Pipeline fitted(Strategy strategy) {
        Pipeline pipeline = TRAINED.pipeline(Precision.DOUBLE, TRAINED.model().mlpLayers(), 1, 4, 8);
        FactorStore.fit(temporary, pipeline, FEW,
                new FitSettings(strategy, 1, new FisherLabels.Sampled(Trained.SEED, 1), Trained.DAMPING, Duration.ZERO),
                origin(), _ -> PassListener.NONE);
        return pipeline;
    }

    private static SequencedMap<String, String> origin() {
        return new LinkedHashMap<>(Map.of("model", "m1"));
    }

    /**
     * Every strategy that has eigenvalues of layers. Sums of a few hundred terms, and reciprocals of reciprocals:
     * relative tolerance {@code 10³ ε}, which the condition has of its least eigenvalue too.
     */
    @ParameterizedTest
    @EnumSource(names = {"DIAGONAL", "KFAC", "KFAC_TIKHONOV", "EKFAC", "SHAMPOO", "NEAREST"})
    void layersAreThoseOfTheInverse(Strategy strategy) {
        Pipeline pipeline = fitted(strategy);
        List<Optional<DampingRule>> rules = List.of(Optional.empty(), Optional.of(new DampingRule.Relative(2)),
                Optional.of(new DampingRule.Absolute(0.5)));
        for (Optional<DampingRule> rule : rules) {
            FittedCurvature curvature =
                    FactorStore.load(temporary, pipeline.layers(), origin(), pipeline.compute());
            Damping damping = rule.orElse(new DampingRule.Relative(Trained.DAMPING)).of(curvature);
            double[] reciprocals = ((ClosedFormInverse) curvature.inverse(damping)).reciprocals();
            FactorInspection inspection = FactorInspection.of(temporary, rule);
            BlockSpace space = curvature.space();
            assertEquals(space.blocks().size(), inspection.layers().size());
            for (int l = 0; l < space.blocks().size(); l++) {
                FactorInspection.Layer layer = inspection.layers().get(l);
                double[] own = Arrays.copyOfRange(reciprocals, space.offset(l), space.offset(l + 1));
                double least = Arrays.stream(own).min().orElseThrow();
                double largest = Arrays.stream(own).max().orElseThrow();
                assertEquals(space.blocks().get(l).name(), layer.name());
                assertEquals(space.blocks().get(l).rows(), layer.rows());
                assertEquals(space.blocks().get(l).columns(), layer.columns());
                assertEquals(own.length, layer.curvature().count());
                assertEquals(damping.of(l), layer.damping(), 1e-12 * damping.of(l));
                assertEquals(largest / least, layer.condition(), 1e-12 * largest / least);
                if (strategy != Strategy.KFAC_TIKHONOV) {
                    assertEquals(1 / least - damping.of(l), layer.curvature().largest(), 1e-12 / least);
                    double lambda = damping.of(l);
                    double effective = Arrays.stream(own).map(r -> 1 - lambda * r).sum();
                    assertEquals(effective, layer.effective(), 1e-12 * own.length);
                }
                assertEquals(strategy == Strategy.DIAGONAL, layer.gradient() == null);
                assertEquals(strategy == Strategy.DIAGONAL, layer.activation() == null);
            }
        }
    }

    /** What has no eigenvalues of single layers is refused by its name. */
    @Test
    void otherStrategiesAreRefused() {
        fitted(Strategy.LANCZOS);
        InputException refused = assertThrows(
                InputException.class, () -> FactorInspection.of(temporary, Optional.empty()));
        assertTrue(refused.getMessage().contains("lanczos"), refused.getMessage());
    }

    /** Without damping, and where the rank is low, nothing bounds the condition; zeros are not counted as positive. */
    @Test
    void withoutDampingTheConditionMayBeInfinite() {
        fitted(Strategy.KFAC);
        FactorInspection inspection = FactorInspection.of(temporary, Optional.of(new DampingRule.Absolute(0)));
        for (FactorInspection.Layer layer : inspection.layers()) {
            assertEquals(0, layer.damping());
            if (layer.curvature().least() == 0) {
                assertNull(layer.condition());
            }
            assertTrue(layer.curvature().positive() <= layer.gradient().count() * layer.activation().count());
        }
    }

    @Test
    void theIdentityHasNoLayers() {
        fitted(Strategy.IDENTITY);
        FactorInspection inspection = FactorInspection.of(temporary, Optional.empty());
        assertEquals("identity", inspection.strategy());
        assertEquals(List.of(), inspection.layers());
    }

    @Test
    void quantilesAreEigenvalues() {
        double[] values = new double[100];
        Arrays.setAll(values, i -> 100 - i);
        Spectrum spectrum = Spectrum.of(values);
        assertEquals(List.of(1.0, 10.0, 50.0, 90.0, 99.0, 100.0), spectrum.quantiles());
        assertEquals(new Spectrum(3, 1, 1, List.of(0.0, 0.0, 0.0, 3.0, 3.0, 3.0)), Spectrum.of(new double[] {3, 0, 0}));
    }
}
