package org.plumbline.verification.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.InfluenceAnswer;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.SampledScores;

/** Asks {@link Influence}, and looks into the sequences of the answer for what a page shows beside it. */
public final class Answers {
    /** Tokens of a completion that scores are divided among at most: each is a query of its own. */
    private static final int MOST_SELECTABLE = 24;

    private final Influence influence;

    public Answers(Influence influence) {
        this.influence = influence;
    }

    /**
     * A query and everything about its answer.
     *
     * @param cells {@code [sequences][layers][positions]} of the sequences listed, those that raise it first
     * @param byCompletionToken {@code [tokens][sequences]}; empty if that was not asked
     */
    public record Answer(
            PromptedQuery query, InfluenceAnswer answer, List<String> layers, double[][][] cells,
            double[][] byCompletionToken) {}

    /**
     * Asks.
     *
     * @throws org.plumbline.io.InputException as {@link Influence#query(PromptedQuery, QuerySettings)} does
     */
    public Answer ask(PromptedQuery query, QuerySettings settings) {
        InfluenceAnswer answer = influence.answer(query, settings);
        int[] shown = Stream.concat(answer.report().positive().stream(), answer.report().negative().stream())
                .mapToInt(InfluenceReport.Ranked::sequence).toArray();
        int predicted = predicted(query.border()).size();
        boolean divided = !settings.solve().isExact() && settings.rank() == 0
                && predicted > 1 && predicted <= MOST_SELECTABLE;
        return new Answer(query, answer, influence.layers(), influence.layerTokenScores(answer, shown),
                divided ? influence.completionTokenScores(query, shown) : new double[0][]);
    }

    /** The sequences that some answers list. */
    public static Set<Integer> shown(List<Answer> all) {
        return all.stream().map(asked -> asked.answer().report())
                .flatMap(report -> Stream.concat(report.positive().stream(), report.negative().stream()))
                .map(InfluenceReport.Ranked::sequence).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The answer as a part of a page.
     *
     * @param shown sequences that are shown somewhere on the page, whose scores are compared
     */
    public static Question question(String id, Answer asked, Set<Integer> shown) {
        InfluenceReport report = asked.answer().report();
        List<Card> supporting = cards(report.positive(), 0, asked, report.certified() == null ? List.of()
                : report.certified().positive());
        List<Card> opposing = cards(report.negative(), supporting.size(), asked, report.certified() == null ? List.of()
                : report.certified().negative());
        return new Question(id, asked.query().name(), report.prompt(), report.completion(), predicted(report.border()),
                report.logProbability(), report.sign(), notes(report, asked.query()), supporting, opposing,
                Distribution.of(asked.answer().scores()), asked.layers(), Keywords.of(
                        supporting.stream().map(Card::text).toList(), opposing.stream().map(Card::text).toList()),
                scores(asked.answer(), shown));
    }

    private static SequencedMap<Integer, Double> scores(InfluenceAnswer answer, Set<Integer> shown) {
        SequencedMap<Integer, Double> scores = new LinkedHashMap<>();
        for (int i = 0; i < answer.sequences().length; i++) {
            if (shown.contains(answer.sequences()[i])) {
                scores.put(answer.sequences()[i], answer.scores()[i]);
            }
        }
        return scores;
    }

    /** Tokens of the completion but one that is given. */
    private static List<String> predicted(PromptedQuery.Border border) {
        List<String> tokens = border.completion();
        return border.firstIsGiven() ? tokens.subList(1, tokens.size()) : tokens;
    }

    private static List<String> notes(InfluenceReport report, PromptedQuery query) {
        List<String> notes = new ArrayList<>();
        notes.add(String.format(Locale.ROOT, "%,d of %,d sequences were scanned; filter: %s.",
                report.scanned(), report.candidates().scored(), report.filter()));
        if (report.scanned() < report.candidates().scored()) {
            notes.add(String.format(Locale.ROOT,
                    "The filter left out %,d sequences, which have no score and are in no chart.",
                    report.candidates().scored() - report.scanned()));
        }
        if (report.recall() != null) {
            notes.add(String.format(Locale.ROOT,
                    "Of the sequences that a full scan ranks first, the filter kept %.1f %%.", 100 * report.recall()));
        }
        notes.add("The sequences are " + report.candidates().relation() + String.format(Locale.ROOT,
                "; N = %,d.", report.candidates().training()));
        CertifiedRanking certified = report.certified();
        notes.add(certified == null
                ? "No bound: how far a score is from that of the exact curvature was not certified (--certify)."
                : String.format(Locale.ROOT, "No score is off by more than %.1e of the root mean square of all.",
                        certified.fraction()));
        SampledScores sampled = report.sampled();
        if (sampled != null) {
            notes.add(String.format(Locale.ROOT,
                    "Exact products were over %,d of %,d training sequences: by its halves, "
                            + "a score's standard error is %.1e of the root mean square of all, and its bias %.1e.",
                    sampled.sampled(), sampled.training(), sampled.standardError(), sampled.bias()));
        }
        if (report.truncation() > 0) {
            notes.add(String.format(Locale.ROOT, "The rank leaves a relative error of %.2e in the query's gradient.",
                    report.truncation()));
        }
        notes.addAll(query.warnings());
        return notes;
    }

    private static List<Card> cards(
            List<InfluenceReport.Ranked> ranked, int from, Answer asked, List<CertifiedRanking.Certain> certain) {
        List<Card> cards = new ArrayList<>();
        for (int i = 0; i < ranked.size(); i++) {
            InfluenceReport.Ranked entry = ranked.get(i);
            double[][] cells = asked.cells()[from + i];
            int at = from + i;
            cards.add(new Card(entry.rank(), entry.sequence(), entry.documents(), entry.raw(), entry.perCopy(),
                    entry.share(), certain(certain, entry.sequence()), entry.sparsity(), entry.spurious(),
                    entry.normalized(), entry.text(), entry.tokens(), new Card.TokenValues(
                            entry.tokenScores(), entry.outputTokenScores(), entry.inputTokenScores()),
                    Arrays.stream(cells).mapToDouble(layer -> Arrays.stream(layer).sum()).toArray(), cells,
                    Arrays.stream(asked.byCompletionToken()).mapToDouble(row -> row[at]).toArray()));
        }
        return cards;
    }

    private static CertifiedRanking.@Nullable Certain certain(List<CertifiedRanking.Certain> all, int sequence) {
        return all.stream().filter(one -> one.sequence() == sequence).findFirst().orElse(null);
    }
}
