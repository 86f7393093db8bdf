package org.plumbline.model;

import java.util.List;

/**
 * How queries, keys and values are made of a block's input: {@code H} heads of queries, {@code K} of keys and of
 * values, each of {@code s} dimensions.
 */
public sealed interface Projection {

    /** The names of its linear layers, in the order of the forward pass. */
    List<String> names();

    /**
     * Three layers.
     *
     * @param query of {@code H s} outputs
     * @param key of {@code K s} outputs
     * @param value of {@code K s} outputs
     * @param bias whether they have biases
     */
    record Separate(String query, String key, String value, boolean bias) implements Projection {
        @Override
        public List<String> names() {
            return List.of(query, key, value);
        }
    }

    /**
     * One layer, whose rows are all queries, then all keys, then all values.
     *
     * @param joint of {@code (H + 2 K) s} outputs
     * @param bias whether it has a bias
     */
    record Sections(String joint, boolean bias) implements Projection {
        @Override
        public List<String> names() {
            return List.of(joint);
        }
    }

    /**
     * One layer, whose rows are, head after head, its queries, its keys and its values; {@code K = H}.
     *
     * @param joint of {@code 3 H s} outputs
     * @param bias whether it has a bias
     */
    record HeadByHead(String joint, boolean bias) implements Projection {
        @Override
        public List<String> names() {
            return List.of(joint);
        }
    }
}
