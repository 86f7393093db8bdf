package org.plumbline.verification.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query with its answer, as a page shows it.
 *
 * @param id of its part of the page: letters, digits and hyphens
 * @param name of the query
 * @param prompt that is given
 * @param completion whose log-probability is meant
 * @param completionTokens that are predicted, as a reader sees them; empty where they are not known
 * @param logProbability of the completion, in nats; null where it is not known
 * @param sign what a positive score means
 * @param notes what else is to be said, a sentence each
 * @param supporting cards, highest score first
 * @param opposing cards, lowest score first
 * @param whole all scores
 * @param layers names
 * @param keywords of the sequences shown
 * @param scores raw ones of all sequences that are shown on the page, for this question or another
 */
public record Question(
        String id, String name, String prompt, String completion, List<String> completionTokens,
        @Nullable Double logProbability, String sign, List<String> notes, List<Card> supporting, List<Card> opposing,
        Distribution whole, List<String> layers, Keywords keywords, Map<Integer, Double> scores) {

    public Question {
        completionTokens = List.copyOf(completionTokens);
        notes = List.copyOf(notes);
        supporting = List.copyOf(supporting);
        opposing = List.copyOf(opposing);
        layers = List.copyOf(layers);
        scores = new TreeMap<>(scores);
    }

    /** All cards. */
    public List<Card> cards() {
        return Stream.concat(supporting.stream(), opposing.stream()).toList();
    }

    /** Whether the cards say how their scores divide among the tokens of the completion. */
    public boolean isSelectable() {
        return completionTokens.size() > 1 && cards().stream().allMatch(card -> card.byCompletionToken().length > 0)
                && !cards().isEmpty();
    }
}
