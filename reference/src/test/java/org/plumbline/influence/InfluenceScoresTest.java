package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.RandomSystems;

class InfluenceScoresTest {

    /** {@code −vᵀ∇L}, to the last bit, and its {@code N}-th part. */
    @Property(tries = 30)
    void scoresAreNegativeProducts(
            @ForAll @IntRange(min = 1, max = 4) int queries, @ForAll @IntRange(min = 1, max = 6) int sequences,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        double[][] preconditioned = rows(systems, queries);
        double[][] gradients = rows(systems, sequences);
        InfluenceScores scores = InfluenceScores.of(preconditioned, gradients);
        assertEquals(sequences, scores.sequences());
        double[][] perCopy = scores.perCopy();
        for (int q = 0; q < queries; q++) {
            for (int m = 0; m < sequences; m++) {
                assertEquals(-Vectors.dot(preconditioned[q], gradients[m]), scores.raw()[q][m]);
                assertEquals(scores.raw()[q][m], sequences * perCopy[q][m],
                        2 * RandomSystems.EPSILON * Math.abs(scores.raw()[q][m]));
            }
        }
    }

    /** Few different scores, so that ties are frequent. */
    @Property(tries = 50)
    void rankingsAreOrderedTiesBySequence(
            @ForAll @IntRange(min = 0, max = 9) int k, @ForAll @IntRange(min = 1, max = 8) int sequences,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        double[][] raw = new double[2][sequences];
        for (double[] row : raw) {
            Arrays.setAll(row, m -> systems.random().nextInt(3) - 1);
        }
        InfluenceScores scores = new InfluenceScores(raw, sequences);
        int[] most = scores.mostPositive(1, k);
        int[] least = scores.mostNegative(1, k);
        assertEquals(Math.min(k, sequences), most.length);
        assertEquals(most.length, least.length);
        for (int i = 1; i < most.length; i++) {
            assertTrue(follows(raw[1][most[i - 1]], most[i - 1], raw[1][most[i]], most[i]));
            assertTrue(follows(-raw[1][least[i - 1]], least[i - 1], -raw[1][least[i]], least[i]));
        }
        if (k >= sequences) {
            assertArrayEquals(new int[0], IntStream.range(0, sequences)
                    .filter(m -> Arrays.stream(most).noneMatch(found -> found == m))
                    .toArray());
        } else if (k > 0) {
            for (int m = 0; m < sequences; m++) {
                int sequence = m;
                boolean kept = Arrays.stream(most).anyMatch(found -> found == sequence);
                int last = most[k - 1];
                assertEquals(kept, m == last || follows(raw[1][m], m, raw[1][last], last));
            }
        }
    }

    private static boolean follows(double before, int first, double after, int second) {
        return before > after || before == after && first < second;
    }

    private static double[][] rows(RandomSystems systems, int count) {
        double[][] rows = new double[count][];
        Arrays.setAll(rows, i -> systems.gaussian(5));
        return rows;
    }
}
