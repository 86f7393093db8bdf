package org.plumbline.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.plumbline.model.Example;

/**
 * The lengths at which sequences run. A sequence runs at the least of 16, 24, 32, 48, 64, 96, 128, … that holds it, but
 * never longer than the longest sequence of its data. So at most a third of the positions of a sequence of more than 16
 * is padding, and a few programs serve all lengths. The length depends on the sequence and the longest one alone: not
 * on the sequences beside it, and so on no thread, micro-batch or shard.
 */
public final class LengthBuckets {
    /** What is shorter runs at this length. */
    private static final int SHORTEST = 16;

    private LengthBuckets() {}

    /**
     * The length that a sequence runs at.
     *
     * @param length of the sequence
     * @param longest length of the longest sequence of the data
     */
    public static int of(int length, int longest) {
        int bucket = SHORTEST;
        if (length > SHORTEST) {
            // Two steps from each power of two to the next.
            int step = Integer.highestOneBit(length - 1) / 2;
            bucket = Math.ceilDiv(length, step) * step;
        }
        return Math.max(length, Math.min(bucket, longest));
    }

    /**
     * The batches of neighboring sequences: those that run at one length share batches, in the order of their numbers,
     * shorter lengths first.
     *
     * @param from number of the first sequence
     * @param to one past the last
     * @param size sequences of a batch at most
     * @param longest length of the longest sequence of all data
     */
    public static List<Batch> batches(Sequences data, int from, int to, int size, int longest) {
        TreeMap<Integer, List<Integer>> byLength = new TreeMap<>();
        List<Example> examples = new ArrayList<>();
        for (int m = from; m < to; m++) {
            Example example = data.get(m);
            examples.add(example);
            byLength.computeIfAbsent(of(example.length(), longest), _ -> new ArrayList<>()).add(m);
        }
        List<Batch> batches = new ArrayList<>();
        byLength.forEach((length, numbers) -> {
            for (int at = 0; at < numbers.size(); at += size) {
                List<Integer> some = numbers.subList(at, Math.min(numbers.size(), at + size));
                batches.add(Batch.of(
                        some, some.stream().map(m -> examples.get(m - from)).toList(), length, length < longest));
            }
        });
        return batches;
    }
}
