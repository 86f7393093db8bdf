package org.plumbline.batch;

import java.util.List;
import org.plumbline.model.Example;

/** Sequences by number, read again in every pass. Reading is thread-safe; memory need not hold them all. */
public interface Sequences {

    /** Number of sequences, {@code N}. */
    int size();

    /** Sequence {@code m}, the same at every call. */
    Example get(int m);

    /** Positions of the longest sequence: none {@linkplain LengthBuckets runs} at more. */
    default int longest() {
        int longest = 0;
        for (int m = 0; m < size(); m++) {
            longest = Math.max(longest, get(m).length());
        }
        return longest;
    }

    /** Sequences in memory. */
    static Sequences of(List<Example> examples) {
        List<Example> copy = List.copyOf(examples);
        int longest = copy.stream().mapToInt(Example::length).max().orElse(0);
        return new Sequences() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Example get(int m) {
                return copy.get(m);
            }

            @Override
            public int longest() {
                return longest;
            }
        };
    }
}
