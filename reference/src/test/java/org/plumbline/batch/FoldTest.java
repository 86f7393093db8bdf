package org.plumbline.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;
import org.plumbline.program.UnaryFunction;
import org.plumbline.random.RandomStreams;

/** Batches of sequences, the programs that run on them and the sums over them. */
class FoldTest {
    private static final int VOCABULARY = 7;
    private static final Gpt2 MODEL = new Gpt2(new Gpt2Config(VOCABULARY, 20, 8, 1, 2, 12, true, 1e-5));
    private static final Parameters PARAMETERS = MODEL.initialize(RandomStreams.of(1, "parameters", 0));

    /** Some hundred roundings of numbers of order 1: padding adds exact zeros, and sums are in other orders. */
    private static final double SAME = 1e-12;

    /** Sequences of 2 to 20 positions, some with padding of their own and some with a prompt. */
    private static List<Example> sequences(int count, long seed) {
        return IntStream.range(0, count).mapToObj(m -> {
            var random = RandomStreams.of(seed, "fold", m);
            int[] tokens = random.ints(random.nextInt(3, 19), 0, VOCABULARY).toArray();
            Example example = Example.ofCompletion(tokens, random.nextInt(1, tokens.length));
            return random.nextInt(4) == 0 ? example.padRight(example.length() + 2) : example;
        }).toList();
    }

    /** The definition: each sequence by itself, unpadded, through the program of one. */
    private static double[] losses(Model model, Parameters parameters, List<Example> examples) {
        return examples.stream().mapToDouble(example -> {
            Executable executable =
                    LoweredEngine.scalar().compile(model.loss(example.length()), Precision.DOUBLE);
            executable.bindPresent(parameters.storages());
            executable.bindPresent(example.storages(Precision.DOUBLE));
            executable.run();
            return executable.scalar(Model.LOSS);
        }).toArray();
    }

    private static BatchRuns losses(Compute compute) {
        return new BatchRuns(ModelContext.at(MODEL, PARAMETERS, compute, 1, 1),
                shape -> BatchPrograms.of(MODEL.loss(shape.length()), shape), Map.of());
    }

    /** Whatever the sequences are padded to, and whether the mask is an input or a constant. */
    @Property(tries = 40)
    void aBatchIsItsSequencesOneByOne(
            @ForAll @IntRange(min = 1, max = 6) int count, @ForAll boolean equal, @ForAll boolean wider,
            @ForAll long seed) {
        List<Example> drawn = sequences(count, seed);
        List<Example> examples = equal ? Collections.nCopies(count, drawn.getFirst()) : drawn;
        Batch tight = Batch.of(0, examples);
        Batch batch = wider
                ? new Batch(Batch.numbers(0, count), examples, new BatchShape(count, MODEL.maximumLength(), true))
                : tight;
        assertTrue(tight.shape().length() <= MODEL.maximumLength());
        assertEquals(tight.shape().masked(),
                examples.stream().anyMatch(example -> example.fedPositions() < tight.shape().length()));
        losses(new Compute(LoweredEngine.scalar(), Workers.serial())).run(batch, executable ->
                assertArrayEquals(losses(MODEL, PARAMETERS, examples), executable.doubles(Model.LOSS), SAME));
        BatchRuns sums = new BatchRuns(
                ModelContext.at(MODEL, PARAMETERS, new Compute(LoweredEngine.scalar(), Workers.serial()), 1, 1),
                shape -> BatchPrograms.loss(MODEL, shape), Map.of());
        double sum = IntStream.range(0, count).mapToDouble(i -> losses(MODEL, PARAMETERS, examples)[i]).sum();
        sums.run(batch, executable -> assertEquals(sum, executable.scalar(Model.LOSS), count * SAME));
    }

    /** A model without a mask among its inputs is batched as well. */
    @Property(tries = 10)
    void rowsOfAPerceptronAreBatched(@ForAll @IntRange(min = 1, max = 6) int count, @ForAll long seed) {
        Mlp model = new Mlp(List.of(2, 3, 3), Optional.of(UnaryFunction.TANH), true, Likelihood.CATEGORICAL);
        var random = RandomStreams.of(seed, "rows", 0);
        Parameters parameters = model.initialize(random);
        List<Example> examples = IntStream.range(0, count).mapToObj(_ ->
                Example.ofClasses(random.doubles(2, -1, 1).toArray(), random.nextInt(3))).toList();
        new BatchRuns(
                ModelContext.at(model, parameters, new Compute(LoweredEngine.scalar(), Workers.serial()), 1, 1),
                shape -> BatchPrograms.of(model.loss(shape.length()), shape), Map.of())
                .run(Batch.of(0, examples), executable ->
                        assertArrayEquals(losses(model, parameters, examples), executable.doubles(Model.LOSS), SAME));
    }

    /** In order and one at a time, with no more executables of a shape than threads, whatever the last batch's size. */
    @Property(tries = 20)
    void resultsAreMergedInOrder(
            @ForAll @IntRange(min = 1, max = 20) int count, @ForAll @IntRange(min = 1, max = 4) int size,
            @ForAll @IntRange(min = 1, max = 4) int threads, @ForAll long seed) {
        List<Example> examples = sequences(count, seed);
        double[] expected = losses(MODEL, PARAMETERS, examples);
        AtomicInteger compiled = new AtomicInteger();
        try (Workers workers = Workers.of(threads)) {
            BatchRuns runs = losses(new Compute(counting(compiled), workers));
            for (int pass = 0; pass < 2; pass++) {
                List<Integer> merged = new ArrayList<>();
                double[] found = new double[count];
                runs.inOrder(Math.ceilDiv(count, size), i -> {
                    List<Example> some = examples.subList(i * size, Math.min(count, (i + 1) * size));
                    return new Batch(Batch.numbers(i * size, some.size()), some, new BatchShape(some.size(), 20, true));
                }, Map.of(), (result, i) -> {
                    merged.add(i);
                    double[] some = result.doubles(Model.LOSS);
                    System.arraycopy(some, 0, found, i * size, some.length);
                });
                assertEquals(IntStream.range(0, Math.ceilDiv(count, size)).boxed().toList(), merged);
                assertArrayEquals(expected, found, SAME);
            }
        }
        assertTrue(compiled.get() <= threads + 1, () -> compiled + " compiled for " + threads + " threads");
    }

    private static Engine counting(AtomicInteger compiled) {
        Engine engine = LoweredEngine.scalar();
        return new Engine() {
            @Override
            public String name() {
                return engine.name();
            }

            @Override
            public Executable compile(Program program, Precision precision) {
                compiled.incrementAndGet();
                return engine.compile(program, precision);
            }
        };
    }

    /** What one batch throws is thrown, and no later one is merged. */
    @Property(tries = 10)
    void nothingMergesAfterAFailure(
            @ForAll @IntRange(min = 0, max = 9) int failing, @ForAll @IntRange(min = 1, max = 4) int threads) {
        List<Example> examples = sequences(10, 3);
        List<Integer> merged = new ArrayList<>();
        try (Workers workers = Workers.of(threads)) {
            BatchRuns runs = losses(new Compute(LoweredEngine.scalar(), workers));
            assertThrows(IllegalStateException.class, () -> runs.inOrder(10, i -> {
                if (i == failing) {
                    throw new IllegalStateException("batch " + i);
                }
                return Batch.of(i, examples.subList(i, i + 1));
            }, Map.of(), (_, i) -> merged.add(i)));
        }
        assertTrue(merged.stream().allMatch(i -> i < failing), merged::toString);
    }

    /**
     * Every sequence once, in shards of whole batches, for numbers that neither size divides; threads change no bit.
     * The sums are of numbers whose order shows.
     */
    @Property(tries = 30)
    void aSumTakesEverySequenceOnceAndThreadsChangeNoBit(
            @ForAll @IntRange(min = 1, max = 40) int count, @ForAll @IntRange(min = 1, max = 4) int batch,
            @ForAll @IntRange(min = 1, max = 3) int batches, @ForAll @IntRange(min = 2, max = 4) int threads,
            @ForAll long seed) {
        Sequences data = Sequences.of(sequences(count, seed));
        double[] terms = RandomStreams.of(seed, "terms", 0).doubles(count, -1, 1).map(x -> Math.exp(20 * x)).toArray();
        double[] alone = sum(data, terms, batch, batch * batches, Workers.serial());
        assertEquals(count, alone[0]);
        double total = IntStream.range(0, count).mapToDouble(m -> terms[m]).sum();
        assertEquals(total, alone[1], count * Math.ulp(total));
        try (Workers workers = Workers.of(threads)) {
            assertArrayEquals(alone, sum(data, terms, batch, batch * batches, workers));
        }
    }

    private static double[] sum(Sequences data, double[] terms, int batch, int shard, Workers workers) {
        ModelContext context =
                ModelContext.at(MODEL, PARAMETERS, new Compute(LoweredEngine.scalar(), workers), batch, shard);
        Sums sums = new SumPass(context, data, Map.of("sum", 2), (some, part) -> {
            assertTrue(some.examples().size() <= batch);
            for (int i = 0; i < some.examples().size(); i++) {
                part.get("sum")[0]++;
                part.get("sum")[1] += terms[some.numbers().get(i)];
            }
        }).run(FoldStore.NONE, PassListener.NONE);
        return sums.get("sum");
    }

    @Property(tries = 20)
    void sizesThatDoNotFitAreRefused(
            @ForAll @IntRange(min = -1, max = 3) int batch, @ForAll @IntRange(max = 7) int shard) {
        Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
        if (batch < 1 || shard < batch || shard % batch != 0) {
            assertThrows(IllegalArgumentException.class,
                    () -> ModelContext.at(MODEL, PARAMETERS, compute, batch, shard));
        } else {
            assertEquals(shard, ModelContext.at(MODEL, PARAMETERS, compute, batch, shard).shard());
        }
    }
}
