package org.plumbline.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.random.RandomStreams;

/** At which lengths sequences run, and that the lengths change nothing but time. */
class LengthBucketsTest {
    private static final Gpt2 MODEL = new Gpt2(new Gpt2Config(11, 64, 8, 1, 2, 12, true, 1e-5));

    private static Example sequence(long seed, int m, int positions) {
        return Example.ofTokens(
                RandomStreams.of(seed, "sequence", m).ints(positions + 1, 0, 11).toArray());
    }

    /** Long enough, within the longest, and with less than half as much padding as sequence. */
    @Property
    void aBucketHoldsItsSequence(
            @ForAll @IntRange(min = 1, max = 70_000) int length, @ForAll @IntRange(max = 70_000) int more) {
        int longest = length + more;
        int bucket = LengthBuckets.of(length, longest);
        assertTrue(bucket >= length && bucket <= longest);
        assertTrue(bucket <= 16 || 2 * (bucket - length) < length, () -> length + " runs at " + bucket);
        assertEquals(longest, LengthBuckets.of(longest, longest));
        // What stands in one bucket with a longer sequence is no longer than it.
        assertTrue(LengthBuckets.of(Math.max(1, length - 1), longest) <= bucket);
    }

    @Test
    void thereAreTwoStepsFromAPowerOfTwoToTheNext() {
        assertEquals(List.of(16, 24, 32, 48, 64, 96, 128, 192, 256, 300),
                IntStream.rangeClosed(1, 300).map(length -> LengthBuckets.of(length, 300)).distinct().boxed().toList());
    }

    /** Every sequence once; a batch is of one length, and the length of a sequence is its own alone. */
    @Property(tries = 100)
    void batchesTakeEverySequenceOnce(
            @ForAll @IntRange(min = 1, max = 40) int count, @ForAll @IntRange(min = 1, max = 5) int size,
            @ForAll @LongRange(min = 0, max = 1000) long seed) {
        var random = RandomStreams.of(seed, "lengths", 0);
        Sequences data = Sequences.of(IntStream.range(0, count)
                .mapToObj(m -> sequence(seed, m, random.nextInt(1, 65))).toList());
        int from = random.nextInt(count);
        List<Integer> seen = new ArrayList<>();
        long run = 0;
        for (Batch batch : LengthBuckets.batches(data, from, count, size, data.longest())) {
            assertTrue(batch.examples().size() <= size);
            for (int i = 0; i < batch.examples().size(); i++) {
                assertEquals(data.get(batch.numbers().get(i)), batch.examples().get(i));
                assertEquals(LengthBuckets.of(batch.examples().get(i).length(), data.longest()),
                        batch.shape().length());
            }
            assertEquals(batch.numbers().stream().sorted().toList(), batch.numbers());
            seen.addAll(batch.numbers());
            run += batch.positions();
        }
        assertEquals(IntStream.range(from, count).boxed().toList(), seen.stream().sorted().toList());
        int[] counts = new int[65];
        IntStream.range(from, count).forEach(m -> counts[data.get(m).length()]++);
        if (SequenceLengths.of(counts).longest() == data.longest()) {
            assertEquals(SequenceLengths.of(counts).run(), run);
        }
    }

    /**
     * Documents of 23 tokens that are stored in sequences of 64 run at their own length: the same factors at the 22
     * positions of the documents. Sums have other orders, so entries of order 1 differ by some hundred roundings.
     */
    @Test
    void paddingChangesNoFactor() {
        int count = 40;
        List<Example> documents =
                IntStream.range(0, count).mapToObj(m -> sequence(3, m, m == 0 ? 64 : 22)).toList();
        List<Example> padded = documents.stream().map(document -> document.padRight(64)).toList();
        AtomicLong fed = new AtomicLong();
        AtomicLong run = new AtomicLong();
        List<KroneckerFactors> tight = factors(documents, fed, run);
        assertEquals((count - 1) * 22L + 64, fed.get());
        assertEquals((count - 1) * 24L + 64, run.get());
        List<KroneckerFactors> wide = factors(padded, fed, run);
        assertEquals(count * 64L, run.get());
        for (int l = 0; l < tight.size(); l++) {
            assertArrayEquals(wide.get(l).activation(), tight.get(l).activation(), 1e-12);
            assertArrayEquals(wide.get(l).gradient(), tight.get(l).gradient(), 1e-12);
            assertEquals(wide.get(l).meanLength(), tight.get(l).meanLength());
        }
    }

    private static List<KroneckerFactors> factors(
            List<Example> examples, AtomicLong fed, AtomicLong run) {
        fed.set(0);
        run.set(0);
        try (Workers workers = Workers.of(2)) {
            Pipeline pipeline = Pipeline.of(MODEL, MODEL.initialize(RandomStreams.of(1, "parameters", 0)),
                    MODEL.layers(), Precision.DOUBLE, new Compute(LoweredEngine.scalar(), workers));
            return new FactorFit(pipeline, Sequences.of(examples), new FisherLabels.Sampled(1, 1))
                    .factors(FoldStore.NONE, new PassListener() {
                        @Override
                        public void merged(int done, int total) {}

                        @Override
                        public void ran(long more, long moreRun) {
                            fed.addAndGet(more);
                            run.addAndGet(moreRun);
                        }
                    });
        }
    }
}
