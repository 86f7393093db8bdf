package org.plumbline.batch;

import java.util.List;
import org.plumbline.model.Example;

/** Sequences by number, read again in every pass. Reading is thread-safe; memory need not hold them all. */
public interface Sequences {

    /** Number of sequences, {@code N}. */
    int size();

    /** Sequence {@code m}, the same at every call. */
    Example get(int m);

    /** Sequences in memory. */
    static Sequences of(List<Example> examples) {
        List<Example> copy = List.copyOf(examples);
        return new Sequences() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Example get(int m) {
                return copy.get(m);
            }
        };
    }
}
