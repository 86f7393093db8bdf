package org.plumbline.influence.corpus;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * How the sequences that are scored are related to the data that a curvature was fitted on. The curvature belongs to
 * the training data, and so does {@code N}; what is scored may be anything.
 *
 * @param training {@code N}, the number of sequences that the curvature was fitted on
 * @param scored number of sequences that are scored
 * @param isTrainingData whether they are the same sequences
 */
public record Candidates(int training, int scored, boolean isTrainingData) {
    private static final String DATA = "data";
    private static final String SEQUENCES = "sequences";
    private static final String RELATION = "candidates are";

    /** What of a corpus need not be that of the store. */
    private static final List<String> OWN = List.of(DATA, SEQUENCES, "packing");

    /**
     * Compares a corpus with a store.
     *
     * @param store what the curvature belongs to
     * @param corpus what the corpus is
     */
    public static Candidates of(Map<String, String> store, Map<String, String> corpus) {
        return new Candidates(Integer.parseInt(store.get(SEQUENCES)), Integer.parseInt(corpus.get(SEQUENCES)),
                OWN.stream().allMatch(name -> corpus.get(name).equals(store.get(name))));
    }

    /** What a corpus must have in common with a store: the model and the tokenizer. */
    public static SequencedMap<String, String> required(Map<String, String> corpus) {
        SequencedMap<String, String> required = new LinkedHashMap<>(corpus);
        OWN.forEach(required::remove);
        return required;
    }

    /** What scores belong to beside the store: that they are of its own data, or of which others. */
    public SequencedMap<String, String> identity(Map<String, String> corpus) {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.put(RELATION, relation());
        if (!isTrainingData) {
            OWN.forEach(name -> identity.put("candidate " + name, corpus.get(name)));
        }
        return identity;
    }

    /** In words. */
    public String relation() {
        return isTrainingData
                ? "in the training data: the effect of one more copy"
                : "not in the training data: the effect of adding it";
    }
}
