package org.plumbline.influence;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The lexical filter that chooses which training documents to scan for a query (Grosse et al., 2023, §3.2.1, eq. 28–29):
 *
 * <pre>  score = Σ_(distinct tokens of the query) (k₁ + 1) e / (k₁ + e) · IDF(token),
 *  IDF = log((M − m + ½) / (m + ½) + 1)</pre>
 *
 * <p>over {@code M} documents of which {@code m} contain the token, {@code e} being 1 if the document contains it and 0
 * otherwise. With such an {@code e} the saturation {@code (k₁ + 1) e / (k₁ + e)} is {@code e} itself for every
 * {@code k₁ > 0}, and there is no {@code k₁} here. Scores are in nats.
 *
 * <p>Documents are read twice, once to count and once to score, and not kept: memory is a counter for each token that
 * occurs, and the documents that are returned.
 */
public final class TfIdf {
    /** Documents that are kept for a query in the paper. */
    public static final int DEFAULT_KEPT = 10_000;

    private final Map<Integer, Integer> containing;
    private final int documents;

    private TfIdf(Map<Integer, Integer> containing, int documents) {
        this.containing = containing;
        this.documents = documents;
    }

    /** Counts in how many documents each token occurs. */
    public static TfIdf of(Iterable<int[]> documents) {
        Map<Integer, Integer> containing = new HashMap<>();
        int count = 0;
        for (int[] document : documents) {
            Arrays.stream(document).distinct().forEach(token -> containing.merge(token, 1, Integer::sum));
            count++;
        }
        return new TfIdf(containing, count);
    }

    /** {@code IDF(token) > 0}; largest for a token of no document. */
    public double inverseDocumentFrequency(int token) {
        double with = containing.getOrDefault(token, 0);
        return Math.log((documents - with + 0.5) / (with + 0.5) + 1);
    }

    /** The score of a document for a query, both as tokens in any order. */
    public double score(int[] query, int[] document) {
        int[] sorted = Arrays.stream(document).sorted().toArray();
        // In the order of the tokens, so that a query's own order does not reach the rounding.
        return Arrays.stream(query)
                .distinct()
                .sorted()
                .filter(token -> Arrays.binarySearch(sorted, token) >= 0)
                .mapToDouble(this::inverseDocumentFrequency)
                .sum();
    }

    /**
     * Numbers of the {@code k} documents with the highest scores, highest first; ties in the order of documents.
     *
     * @param documents those that were counted, in any order
     */
    public int[] top(int[] query, Iterable<int[]> documents, int k) {
        record Scored(int number, double score) {}
        Comparator<Scored> best = Comparator.comparingDouble(Scored::score).reversed().thenComparingInt(Scored::number);
        PriorityQueue<Scored> kept = new PriorityQueue<>(best.reversed());
        int number = 0;
        for (int[] document : documents) {
            kept.add(new Scored(number++, score(query, document)));
            if (kept.size() > k) {
                kept.poll();
            }
        }
        return kept.stream().sorted(best).mapToInt(Scored::number).toArray();
    }
}
