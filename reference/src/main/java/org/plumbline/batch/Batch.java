package org.plumbline.batch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;

/**
 * Neighboring sequences, padded to one length.
 *
 * @param first number of the first of them
 * @param examples the sequences as they are
 * @param shape of the programs that run them
 */
public record Batch(int first, List<Example> examples, BatchShape shape) {

    /** Lengths of unequal sequences are rounded up to a multiple of this, so that few programs serve them all. */
    private static final int STEP = 16;

    /** The sequences {@code from} to {@code to − 1}. */
    public static Batch of(Sequences data, int from, int to, int maximumLength) {
        List<Example> examples = new ArrayList<>();
        for (int m = from; m < to; m++) {
            examples.add(data.get(m));
        }
        return of(from, examples, maximumLength);
    }

    public static Batch of(int first, List<Example> examples, int maximumLength) {
        int longest = examples.stream().mapToInt(Example::length).max().orElseThrow();
        int shortest = examples.stream().mapToInt(Example::length).min().orElseThrow();
        int length = longest == shortest
                ? longest
                : Math.max(longest, (int) Math.min(maximumLength, (longest + STEP - 1L) / STEP * STEP));
        boolean masked = examples.stream().anyMatch(example -> example.fedPositions() < length);
        return new Batch(first, examples, new BatchShape(examples.size(), length, masked));
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
