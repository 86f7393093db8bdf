package org.plumbline.verification.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.plumbline.verification.statistics.Interval;

/** Comparisons between rungs. */
class LadderTest {
    private static final double[][] TRUTH = table(1, 0);

    /** {@code truth + noise · random}, or random alone for the truth. */
    private static double[][] table(long seed, double noise) {
        SplittableRandom random = new SplittableRandom(1);
        double[][] table = new double[12][20];
        Arrays.stream(table).forEach(row -> Arrays.setAll(row, i -> random.nextGaussian()));
        SplittableRandom other = new SplittableRandom(seed);
        Arrays.stream(table).forEach(row -> Arrays.setAll(row, i -> row[i] + noise * other.nextGaussian()));
        return table;
    }

    @Test
    void everyRungIsHeldAgainstTheOneAboveAndTheReferences() {
        Ladder ladder = new Ladder();
        ladder.add(Ladder.RETRAINING, "", TRUTH);
        ladder.add(Ladder.RESPONSE, "", table(2, 0.1));
        ladder.add(Estimates.GAUSS_NEWTON, "", table(3, 1));
        ladder.add("doubled", "", Arrays.stream(table(3, 1)).map(row -> Arrays.stream(row).map(x -> 2 * x).toArray())
                .toArray(double[][]::new));
        List<TaskReport.Rung> rungs = ladder.rungs();
        assertNull(rungs.getFirst().above());
        assertNull(rungs.getFirst().retraining());
        assertNull(rungs.get(1).response());
        // Correlation does not see the scale; the relative error does: twice the reference errs by the reference.
        assertEquals(1, rungs.getLast().above().pearson().estimate(), 1e-14);
        assertEquals(1, rungs.getLast().gaussNewton().relativeError().estimate(), 1e-14);
        assertEquals(rungs.get(2).retraining().pearson().estimate(),
                rungs.getLast().retraining().pearson().estimate(), 1e-14);
    }

    /** Estimates that follow the training with the model's seed do not follow the others. */
    @Test
    void retrainingIsAlsoToldBySeed() {
        Ladder ladder = new Ladder();
        ladder.add(Ladder.RETRAINING, "", TRUTH);
        double[][] own = table(2, 1);
        ladder.add(Ladder.RESPONSE, "", own);
        List<TaskReport.BySeed> rows = ladder.bySeed(own, table(3, 1));
        assertEquals(List.of(Ladder.RESPONSE), rows.stream().map(TaskReport.BySeed::rung).toList());
        assertEquals(1, rows.getFirst().own().estimate(), 1e-14);
        assertEquals(Closeness.of(own, table(3, 1)).pearson().estimate(), rows.getFirst().others().estimate());
    }

    @Test
    void theAdvantageIsTheDifferenceQueryByQuery() {
        double[][] good = table(2, 0.3);
        double[][] bad = table(3, 3);
        Interval advantage = Closeness.advantage(good, bad, TRUTH);
        double expected = Arrays.stream(Closeness.pearson(good, TRUTH)).average().orElseThrow()
                - Arrays.stream(Closeness.pearson(bad, TRUTH)).average().orElseThrow();
        assertEquals(expected, advantage.estimate(), 1e-14);
        assertEquals(0, Closeness.advantage(good, good, TRUTH).high());
    }

    /**
     * Measurements {@code signal + noise} of equal variance correlate at ½; the mean of four of them has reliability
     * {@code 1 / (1 + ¼)}, of which two halves show {@code 1 / (1 + ½) = ⅔}.
     */
    @Test
    void theCeilingFollowsFromTwoHalves() {
        assertEquals(Math.sqrt(0.8), TaskRun.ceiling(2.0 / 3, 4), 1e-14);
        // Three seeds: halves of one each correlate at ½, the mean of three has reliability 1 / (1 + ⅓).
        assertEquals(Math.sqrt(0.75), TaskRun.ceiling(0.5, 3), 1e-14);
        assertEquals(0, TaskRun.ceiling(-0.1, 4));
    }
}
