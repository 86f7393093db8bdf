package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.influence.Convention.Divisor;
import org.plumbline.influence.Convention.Gradients;
import org.plumbline.influence.Convention.Output;
import org.plumbline.influence.Convention.Positions;
import org.plumbline.influence.Convention.Sign;
import org.plumbline.influence.Convention.Units;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.solve.RandomSystems;

class ConventionTest {
    private static final Convention OURS = Convention.plumbline();
    private static final Convention THEIRS = Convention.kronfluence(new DampingRule.Absolute(0.5));

    /** Sequences of 2 to 5 fed positions. */
    private static List<Example> examples(int count) {
        return IntStream.range(0, count)
                .mapToObj(m -> Example.ofTokens(new int[3 + m % 4]))
                .toList();
    }

    /** Whatever is stored, the same mean is read from it; a convention of means stores them as they are. */
    @Property(tries = 30)
    void meansAreReadFromWhatIsStored(
            @ForAll @IntRange(min = 1, max = 9) int sequences, @ForAll Divisor covariance, @ForAll Divisor eigenvalues,
            @ForAll long seed) {
        List<Example> examples = examples(sequences);
        int positions = examples.stream().mapToInt(Example::fedPositions).sum();
        double[] mean = new RandomSystems(seed).gaussian(4);
        Convention convention = new Convention(
                "a", Positions.PREDICTING, covariance, eigenvalues, Gradients.USUAL, new DampingRule.Absolute(1),
                new Output(Sign.MORE_PROBABLE, Units.RAW));
        double[] stored = convention.stored(mean, examples);
        double[] storedEigenvalues = convention.storedEigenvalues(mean, examples);
        double[] read = convention.meanEigenvalues(storedEigenvalues, examples);
        double ofCovariance = number(covariance, positions, sequences);
        double ofEigenvalues = number(eigenvalues, positions, sequences);
        for (int i = 0; i < mean.length; i++) {
            // The sum over data, divided: a division and a multiplication on either side.
            assertEquals(mean[i] * positions, stored[i] * ofCovariance, rounding(mean[i] * positions));
            assertEquals(mean[i] * sequences, storedEigenvalues[i] * ofEigenvalues, rounding(mean[i] * sequences));
            assertEquals(mean[i], read[i], rounding(mean[i]));
        }
        assertArrayEquals(mean, OURS.stored(mean, examples));
        assertArrayEquals(mean, OURS.storedEigenvalues(mean, examples));
    }

    private static double number(Divisor divisor, int positions, int sequences) {
        return switch (divisor) {
            case NONE -> 1;
            // Every position of these bears loss, and all are one batch.
            case POSITIONS, LOSS_POSITIONS -> positions;
            case SEQUENCES, BATCH -> sequences;
        };
    }

    private static double rounding(double value) {
        return 4 * RandomSystems.EPSILON * Math.abs(value);
    }

    /** The last token is fed where all are, and bears no loss there either. */
    @Property(tries = 20)
    void theLastTokenIsFedWhereAllAre(@ForAll @IntRange(min = 2, max = 6) int tokens) {
        int[] sequence = new int[tokens];
        for (int t = 0; t < tokens; t++) {
            sequence[t] = t + 1;
        }
        Example ours = OURS.example(sequence);
        Example theirs = THEIRS.example(sequence);
        assertEquals(tokens - 1, ours.fedPositions());
        assertEquals(tokens - 1, ours.lossPositions());
        assertEquals(tokens, theirs.fedPositions());
        assertEquals(tokens - 1, theirs.lossPositions());
        assertEquals(0, theirs.reals(Example.WEIGHTS)[tokens - 1]);
        assertArrayEquals(sequence, theirs.indices(Example.TOKENS));
        for (int t = 0; t < tokens - 1; t++) {
            assertEquals(sequence[t + 1], theirs.indices(Example.LABELS)[t]);
        }
    }

    @Property(tries = 20)
    void dampingAndSignMeanWhatTheySay(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        double[] eigenvalues = systems.gaussian(space.dimension());
        Arrays.setAll(eigenvalues, i -> eigenvalues[i] * eigenvalues[i]);
        DiagonalCurvature curvature = new DiagonalCurvature(space, eigenvalues);
        assertArrayEquals(new double[] {0.5, 0.5}, THEIRS.damping().of(curvature).perBlock());
        double[] relative = OURS.damping().of(curvature).perBlock();
        int first = space.blocks().getFirst().size();
        double sum = Arrays.stream(eigenvalues, 0, first).sum();
        assertEquals(0.1 * sum / first, relative[0], first * RandomSystems.EPSILON * relative[0]);
        assertEquals(3.0, OURS.score(3));
        assertEquals(3.0, THEIRS.score(3));
        assertEquals(-3.0, new Convention("a", Positions.PREDICTING, Divisor.NONE, Divisor.NONE, Gradients.USUAL,
                new DampingRule.Absolute(1), new Output(Sign.LESS_PROBABLE, Units.RAW)).score(3));
    }

    @Test
    void everyKnownConventionIsFoundByItsName() {
        for (Convention convention : Convention.known()) {
            assertEquals(convention, Convention.named(convention.name().toLowerCase(Locale.ROOT)));
        }
        assertThrows(InputException.class, () -> Convention.named("kronfluenza"));
    }
}
