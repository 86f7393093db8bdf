package org.plumbline.verification.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.plumbline.influence.ranking.TfIdf;

/**
 * Words that tell the sequences shown apart: each has the sum of {@code log(1 + count)} over the sequences of a sign,
 * times the inverse document frequency of {@link TfIdf} among all sequences shown.
 *
 * @param supporting of sequences that raise the log-probability, most telling first
 * @param opposing of those that lower it
 */
public record Keywords(List<Word> supporting, List<Word> opposing) {
    private static final int KEPT = 12;
    private static final int LONGEST = 40;
    /** Of a text: a document of megabytes tells nothing more. */
    private static final int CHARACTERS = 100_000;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]{2,}");

    /** A word and how telling it is. */
    public record Word(String word, double score, int sequences) {}

    public Keywords {
        supporting = List.copyOf(supporting);
        opposing = List.copyOf(opposing);
    }

    /** Of texts of either sign. */
    public static Keywords of(List<String> supporting, List<String> opposing) {
        List<Map<String, Integer>> raising = supporting.stream().map(Keywords::counts).toList();
        List<Map<String, Integer>> lowering = opposing.stream().map(Keywords::counts).toList();
        Map<String, Integer> having = new TreeMap<>();
        for (List<Map<String, Integer>> list : List.of(raising, lowering)) {
            list.forEach(counts -> counts.keySet().forEach(word -> having.merge(word, 1, Integer::sum)));
        }
        int shown = raising.size() + lowering.size();
        return new Keywords(best(raising, having, shown), best(lowering, having, shown));
    }

    private static Map<String, Integer> counts(String text) {
        Map<String, Integer> counts = new TreeMap<>();
        String beginning = text.length() > CHARACTERS ? text.substring(0, CHARACTERS) : text;
        WORD.matcher(beginning.toLowerCase(Locale.ROOT)).results()
                .map(found -> found.group()).filter(word -> word.length() <= LONGEST)
                .forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    private static List<Word> best(List<Map<String, Integer>> texts, Map<String, Integer> having, int shown) {
        Set<String> words = new HashSet<>();
        texts.forEach(counts -> words.addAll(counts.keySet()));
        List<Word> scored = new ArrayList<>();
        for (String word : words) {
            double sum = texts.stream().mapToDouble(counts -> Math.log1p(counts.getOrDefault(word, 0))).sum();
            scored.add(new Word(word, sum * TfIdf.inverseDocumentFrequency(shown, having.get(word)), having.get(word)));
        }
        scored.sort(Comparator.comparingDouble(Word::score).reversed().thenComparing(Word::word));
        return scored.subList(0, Math.min(KEPT, scored.size()));
    }
}
