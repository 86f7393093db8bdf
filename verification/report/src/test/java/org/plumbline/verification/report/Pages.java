package org.plumbline.verification.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.DocumentPart;
import org.plumbline.influence.ranking.Normalization;

/** Pages of made-up numbers, with any texts. */
final class Pages {
    private static final int COMPLETION = 3;

    private final SplittableRandom random;
    private final Supplier<String> text;

    private Pages(long seed, Supplier<String> text) {
        this.random = new SplittableRandom(seed);
        this.text = text;
    }

    /**
     * A page.
     *
     * @param cards of each sign and question
     * @param tokens of each
     * @param layers of the model
     * @param text gives every text, one after the other
     */
    static ReportPage page(long seed, int questions, int cards, int tokens, int layers, Supplier<String> text) {
        Pages pages = new Pages(seed, text);
        Map<String, String> origin = new LinkedHashMap<>(Map.of(text.get(), text.get(), "data", text.get()));
        return new ReportPage(text.get(), IntStream.rangeClosed(1, questions)
                .mapToObj(q -> pages.question("q" + q, cards, tokens, layers)).toList(),
                Trust.of(List.of(text.get()), origin, null), text.get());
    }

    /** Words that are harmless. */
    static Supplier<String> words(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> known = List.of("harbor", "bridge", "tower", "otto", "lives", "by", "the", "sea", "market");
        return () -> " " + known.get(random.nextInt(known.size()));
    }

    private Question question(String id, int cards, int tokens, int layers) {
        List<Card> supporting = cards(1, 0, cards, tokens, layers);
        List<Card> opposing = cards(-1, cards, cards, tokens, layers);
        double[] scores = IntStream.range(0, 500).mapToDouble(_ -> 20 * normal() * Math.exp(normal())).toArray();
        Map<Integer, Double> all = new LinkedHashMap<>();
        supporting.forEach(card -> all.put(card.sequence(), card.raw()));
        opposing.forEach(card -> all.put(card.sequence(), card.raw()));
        return new Question(id, text.get(), text.get(), text.get(), texts(COMPLETION), -1.25,
                "positive: adding the sequence makes the completion more probable", List.of(text.get(), text.get()),
                supporting, opposing, Distribution.of(scores), texts(layers), Keywords.of(
                        supporting.stream().map(Card::text).toList(), opposing.stream().map(Card::text).toList()), all);
    }

    private List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(_ -> text.get()).toList();
    }

    private double normal() {
        return random.nextGaussian();
    }

    private List<Card> cards(int sign, int first, int count, int tokens, int layers) {
        List<Card> cards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> pieces = texts(tokens);
            double[][] cells = new double[layers][tokens - 1];
            for (double[] row : cells) {
                Arrays.setAll(row, _ -> normal() * Math.exp(2 * normal()));
            }
            double raw = sign * (100 - i);
            double[] byToken = new double[COMPLETION];
            Arrays.setAll(byToken, _ -> raw / COMPLETION + normal());
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("source", i % 2 == 0 ? "even" : "odd");
            metadata.put(text.get(), text.get());
            cards.add(new Card(i + 1, first + i, List.of(new DocumentPart(text.get(), text.get(), i + 1, -1, 1,
                    1 + i % 2, metadata)), raw, raw / 500, 0.01, i % 3 == 0 ? null
                            : new CertifiedRanking.Certain(first + i, 0.5, i + 1, i + 2), 0.3 + 0.5 * (i % 2),
                    i % 2 == 1, new Normalization(2, 1 + 100 * (i % 4 / 3), i % 4 == 3, raw / 3, count - i),
                    String.join("", pieces), pieces, new Card.TokenValues(values(tokens - 1), values(tokens - 1),
                            values(tokens - 1)), values(layers), cells, byToken));
        }
        return cards;
    }

    private double[] values(int count) {
        return IntStream.range(0, count).mapToDouble(_ -> normal() * Math.exp(normal())).toArray();
    }
}
