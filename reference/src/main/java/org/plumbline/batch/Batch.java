package org.plumbline.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;

/**
 * Sequences that are padded to one length and run together.
 *
 * @param numbers of the sequences
 * @param examples the sequences as they are
 * @param shape of the programs that run them
 */
public record Batch(List<Integer> numbers, List<Example> examples, BatchShape shape) {

    /** Copies both lists. */
    public Batch {
        numbers = List.copyOf(numbers);
        examples = List.copyOf(examples);
    }

    /** Neighboring sequences at the length of the longest, the first of them of number {@code first}. */
    public static Batch of(int first, List<Example> examples) {
        int longest = examples.stream().mapToInt(Example::length).max().orElseThrow();
        return of(numbers(first, examples.size()), examples, longest, false);
    }

    /**
     * @param masked whether the program has a mask even if nothing is padding, so that one serves all
     */
    static Batch of(List<Integer> numbers, List<Example> examples, int length, boolean masked) {
        boolean padded = masked || examples.stream().anyMatch(example -> example.fedPositions() < length);
        return new Batch(numbers, examples, new BatchShape(examples.size(), length, padded));
    }

    /** The numbers of {@code count} neighbors. */
    public static List<Integer> numbers(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    /** Number of the first sequence. */
    public int first() {
        return numbers.getFirst();
    }

    /** Positions that are fed. */
    public long fedPositions() {
        return examples.stream().mapToLong(Example::fedPositions).sum();
    }

    /** Positions that run, padding included. */
    public long positions() {
        return (long) shape.size() * shape.length();
    }

    /** Copies the padded inputs of the sequences into arrays with a leading axis of sequences. */
    void copyTo(Map<String, Storage> stacked, Precision precision) {
        for (int i = 0; i < examples.size(); i++) {
            int at = i;
            padded(i).storages(precision).forEach((name, storage) -> {
                Storage target = stacked.get(name);
                if (target != null) {
                    storage.copyTo(target, at * storage.size());
                }
            });
        }
    }

    private Example padded(int i) {
        Example example = examples.get(i);
        return example.length() == shape.length() ? example : example.padRight(shape.length());
    }

    /** Arrays for {@link #copyTo}. */
    Map<String, Storage> allocate(Precision precision) {
        Map<String, Storage> stacked = new LinkedHashMap<>();
        padded(0).storages(precision).forEach((name, storage) -> {
            int size = Math.multiplyExact(storage.size(), examples.size());
            stacked.put(name, storage instanceof Storage.Indices
                    ? Storage.of(new int[size])
                    : Storage.allocate(precision, size));
        });
        return stacked;
    }
}
