package org.plumbline.influence.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Retrieval by TF-IDF (Grosse et al., 2023, eq. 28–29). The score of a document is
 *
 * <pre>  Σ_{token ∈ query} (k₁ + 1) e / (k₁ + e) · IDF(token),   IDF = log((M − m + ½)/(m + ½) + 1),</pre>
 *
 * <p>over the distinct tokens of the query, with {@code e ∈ {0, 1}} whether the document has the token, {@code M}
 * documents of which {@code m} have it, and {@code k₁ > 0}, which cancels: a document's score is the sum of the IDF of
 * the query's tokens that it has. The sum is in ascending order of tokens, so that equal sets have equal scores.
 *
 * <p>Two passes over the documents; memory for the query's tokens and {@code k} documents.
 */
public final class TfIdf {
    /** Number of documents that are kept by default. */
    public static final int DEFAULT_KEPT = 10_000;

    private final int documents;
    private final IntFunction<int[]> tokens;

    /**
     * @param documents {@code M}
     * @param tokens of each document, by number
     */
    public TfIdf(int documents, IntFunction<int[]> tokens) {
        this.documents = documents;
        this.tokens = tokens;
    }

    /** {@code log((M − m + ½)/(m + ½) + 1)}, positive for every {@code m ≤ M}. */
    public static double inverseDocumentFrequency(long documents, long having) {
        return Math.log((documents - having + 0.5) / (having + 0.5) + 1);
    }

    /** The score of every document. */
    public double[] scores(int[] query) {
        double[] scores = new double[documents];
        Map<Integer, Double> frequencies = inverseFrequencies(query);
        int[] distinct = frequencies.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        for (int document = 0; document < documents; document++) {
            scores[document] = score(document, distinct, frequencies);
        }
        return scores;
    }

    /**
     * The {@code k} documents with the largest scores, in ascending order of their numbers; of equal scores the earlier
     * documents are kept. All documents if there are no more than {@code k}.
     */
    public int[] top(int[] query, int k) {
        if (documents <= k) {
            return IntStream.range(0, documents).toArray();
        }
        Map<Integer, Double> frequencies = inverseFrequencies(query);
        int[] distinct = frequencies.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        // The head is the next to leave: the smallest score, and of equal ones the latest document.
        PriorityQueue<Scored> kept = new PriorityQueue<>(
                Comparator.comparingDouble(Scored::score).thenComparing(Scored::document, Comparator.reverseOrder()));
        for (int document = 0; document < documents; document++) {
            kept.add(new Scored(document, score(document, distinct, frequencies)));
            if (kept.size() > k) {
                kept.remove();
            }
        }
        return kept.stream().mapToInt(Scored::document).sorted().toArray();
    }

    private record Scored(int document, double score) {}

    private double score(int document, int[] distinct, Map<Integer, Double> frequencies) {
        Set<Integer> present = new HashSet<>();
        for (int token : tokens.apply(document)) {
            present.add(token);
        }
        double score = 0;
        for (int token : distinct) {
            score += present.contains(token) ? frequencies.get(token) : 0;
        }
        return score;
    }

    private Map<Integer, Double> inverseFrequencies(int[] query) {
        Map<Integer, Long> having = new HashMap<>();
        Arrays.stream(query).forEach(token -> having.put(token, 0L));
        for (int document = 0; document < documents; document++) {
            Arrays.stream(tokens.apply(document)).distinct()
                    .forEach(token -> having.computeIfPresent(token, (_, count) -> count + 1));
        }
        Map<Integer, Double> frequencies = new HashMap<>();
        having.forEach((token, count) -> frequencies.put(token, inverseDocumentFrequency(documents, count)));
        return frequencies;
    }
}
