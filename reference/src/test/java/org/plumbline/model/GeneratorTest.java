package org.plumbline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.model.Continuation.Stop;

/** What is generated against the full forward pass. Tolerances are those of {@link DecodersTest}. */
class GeneratorTest {
    private static final double TOLERANCE = 1e-9;
    private static final int MOST = 5;

    private static int[] prompt(RandomDecoders.Drawn drawn) {
        SplittableRandom random = new SplittableRandom(drawn.seed() + 1);
        return random.ints(random.nextInt(1, 5), 0, drawn.model().vocabulary()).toArray();
    }

    private static Continuation continuation(RandomDecoders.Drawn drawn, OptionalInt end, Sampling sampling) {
        return new Generator(drawn.model(), drawn.parameters(), LoweredEngine.scalar())
                .continuation(prompt(drawn), MOST, end, sampling);
    }

    private static int[] whole(RandomDecoders.Drawn drawn, Continuation continuation) {
        return IntStream.concat(IntStream.of(prompt(drawn)),
                continuation.tokens().stream().mapToInt(Continuation.Token::id)).toArray();
    }

    private static Executable ran(RandomDecoders.Drawn drawn, Example example) {
        Executable executable = LoweredEngine.scalar().compile(
                Forward.tapped(drawn.model(), example.length(), Forward.Taps.NONE), Precision.DOUBLE);
        executable.bindPresent(drawn.parameters().storages());
        executable.bindPresent(example.storages(Precision.DOUBLE));
        executable.run();
        return executable;
    }

    /** Each token has the largest logit at its position in one forward pass over the whole text. */
    @Property(tries = 100)
    void theGreedyContinuationIsTheArgmaxOfTheFullForwardPass(
            @ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        Continuation greedy = continuation(drawn, OptionalInt.empty(), Sampling.GREEDY);
        int[] text = whole(drawn, greedy);
        double[] logits = ran(drawn, Example.ofTokens(text)).doubles(Model.OUTPUTS);
        int classes = drawn.model().vocabulary();
        int given = prompt(drawn).length;
        assertEquals(MOST, greedy.tokens().size());
        for (int i = 0; i < MOST; i++) {
            int row = (given + i - 1) * classes;
            double largest = Arrays.stream(logits, row, row + classes).max().orElseThrow();
            assertEquals(largest, logits[row + greedy.tokens().get(i).id()], TOLERANCE);
        }
    }

    /** Greedy or sampled: the log-probabilities add up to the negative loss of the completion, and so does each. */
    @Property(tries = 100)
    void logProbabilitiesAreThoseOfTheLoss(
            @ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn,
            @ForAll @DoubleRange(min = 0, max = 3) double temperature,
            @ForAll @DoubleRange(min = 0.1, max = 1) double topP, @ForAll long seed) {
        Continuation sampled = continuation(drawn, OptionalInt.empty(), new Sampling(temperature, topP, seed));
        int[] text = whole(drawn, sampled);
        int given = prompt(drawn).length;
        double[] losses = IntStream.rangeClosed(given, text.length)
                .mapToDouble(n -> n == given ? 0
                        : ran(drawn, Example.ofCompletion(Arrays.copyOf(text, n), given)).scalar(Model.LOSS))
                .toArray();
        assertEquals(-losses[MOST], sampled.logProbability(), TOLERANCE);
        for (int i = 0; i < MOST; i++) {
            assertEquals(losses[i] - losses[i + 1], sampled.tokens().get(i).logProbability(), 2 * TOLERANCE);
        }
    }

    /** The end token is written and ends the text; without it, the text would have gone on with the same tokens. */
    @Property(tries = 50)
    void anEndTokenEnds(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        List<Continuation.Token> all = continuation(drawn, OptionalInt.empty(), Sampling.GREEDY).tokens();
        Continuation ended = continuation(drawn, OptionalInt.of(all.get(2).id()), Sampling.GREEDY);
        assertEquals(Stop.END_TOKEN, ended.stop());
        assertEquals(all.subList(0, ended.tokens().size()), ended.tokens());
        assertEquals(all.get(2).id(), ended.tokens().getLast().id());
        assertEquals(ended.tokens().size() - 1, ended.text().length);
    }

    /** One draw of a token has its probability; of 20,000, a share is off by 4 · √(1/(4 · 20,000)) = 0.0142 at most. */
    @Property(tries = 10)
    void drawsHaveTheProbabilitiesOfTheNucleus(
            @ForAll @DoubleRange(min = 0.3, max = 2) double temperature,
            @ForAll @DoubleRange(min = 0.2, max = 1) double topP, @ForAll @IntRange(max = 1000) int seed) {
        double[] logits = new SplittableRandom(seed).doubles(6, -2, 2).toArray();
        double[] p = Arrays.stream(logits).map(z -> Math.exp(z / temperature)).toArray();
        double all = Arrays.stream(p).sum();
        int[] order = IntStream.range(0, 6).boxed().sorted((a, b) -> Double.compare(p[b], p[a]))
                .mapToInt(Integer::intValue).toArray();
        int size = 1;
        while (size < 6 && IntStream.range(0, size).mapToDouble(k -> p[order[k]]).sum() < topP * all) {
            size++;
        }
        double kept = Arrays.stream(order, 0, size).mapToDouble(token -> p[token]).sum();
        int draws = 20_000;
        int[] counts = new int[6];
        Sampling sampling = new Sampling(temperature, topP, seed);
        for (int i = 0; i < draws; i++) {
            counts[sampling.choose(logits, i)]++;
        }
        for (int k = 0; k < 6; k++) {
            assertEquals(k < size ? p[order[k]] / kept : 0, (double) counts[order[k]] / draws, 0.0142);
        }
        assertTrue(Arrays.stream(order, size, 6).allMatch(token -> counts[token] == 0));
    }

    /** The same seed draws the same text, a temperature close to 0 is greedy, and so is the smallest nucleus. */
    @Property(tries = 20)
    void seedsAndLimits(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn, @ForAll long seed) {
        Sampling sampling = new Sampling(1, 1, seed);
        assertEquals(continuation(drawn, OptionalInt.empty(), sampling),
                continuation(drawn, OptionalInt.empty(), sampling));
        int[] greedy = continuation(drawn, OptionalInt.empty(), Sampling.GREEDY).text();
        assertArrayEquals(greedy, continuation(drawn, OptionalInt.empty(), new Sampling(2, 1e-9, seed)).text());
    }

    @Test
    void edges() {
        RandomDecoders.Drawn drawn = RandomDecoders.of(1);
        Generator generator = new Generator(drawn.model(), drawn.parameters(), LoweredEngine.scalar());
        int context = drawn.model().maximumLength();
        Continuation full = generator.continuation(new int[context], 3, OptionalInt.empty(), Sampling.GREEDY);
        assertEquals(Stop.CONTEXT, full.stop());
        assertEquals(1, full.tokens().size());
        assertThrows(ModelException.class,
                () -> generator.continuation(new int[0], 3, OptionalInt.empty(), Sampling.GREEDY));
        assertThrows(ModelException.class,
                () -> generator.continuation(new int[context + 1], 3, OptionalInt.empty(), Sampling.GREEDY));
        assertThrows(ModelException.class, () -> new Sampling(-1, 1, 0));
        assertThrows(ModelException.class, () -> new Sampling(Double.NaN, 1, 0));
        assertThrows(ModelException.class, () -> new Sampling(1, 0, 0));
        assertThrows(ModelException.class, () -> new Sampling(1, 1.1, 0));
    }
}
