package org.plumbline.verification.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.CertifiedRanking;
import org.plumbline.influence.corpus.DocumentPart;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.influence.ranking.Ranking;
import org.plumbline.influence.ranking.Sparsity;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.Npy;
import org.plumbline.text.Tokenizer;
import tools.jackson.databind.JsonNode;

/** A folder of scores as the questions of a page. */
public final class StoredScores {
    private final Path folder;
    private final double[][] raw;
    private final JsonNode header;
    private final List<JsonNode> rows;
    private final int training;

    private StoredScores(Path folder) {
        this.folder = folder;
        this.raw = ScoreStore.load(folder);
        this.header = Json.read(folder.resolve("scores.json"));
        this.rows = lines(folder.resolve("rows.jsonl"));
        if (rows.size() != raw.length) {
            throw new MalformedFileException(folder.resolve("rows.jsonl"),
                    "found " + rows.size() + " lines, expected one for each of the " + raw.length + " rows of scores");
        }
        this.training = header.path("origin").path("sequences").asInt(raw[0].length);
    }

    /**
     * Opens a finished folder.
     *
     * @throws InputException if it is missing, unfinished or malformed
     */
    public static StoredScores open(Path folder) {
        return new StoredScores(folder);
    }

    /** What the scores belong to. */
    public Map<String, String> origin() {
        Map<String, String> origin = new LinkedHashMap<>();
        header.path("origin").properties().forEach(entry -> origin.put(entry.getKey(), entry.getValue().asString()));
        return origin;
    }

    /**
     * A question for each row.
     *
     * @param top sequences of each sign that are shown
     */
    public List<Question> questions(int top, CorpusText.Reader corpus) {
        int[] numbers = IntStream.range(0, raw[0].length).toArray();
        List<Ranking> rankings = Arrays.stream(raw).map(row -> Ranking.of(row, numbers, top)).toList();
        Set<Integer> shown = new HashSet<>();
        rankings.forEach(ranking -> Stream.concat(ranking.positive().stream(), ranking.negative().stream())
                .forEach(entry -> shown.add(entry.sequence())));
        Map<Integer, List<DocumentPart>> parts = parts(shown);
        Set<String> documents = new HashSet<>();
        parts.values().forEach(list -> list.forEach(part -> documents.add(part.document())));
        Sources sources = new Sources(
                parts, StoredDetails.read(folder, shown, raw.length), corpus.read(documents), bounds());
        return IntStream.range(0, raw.length).mapToObj(q -> question(q, rankings.get(q), sources, shown)).toList();
    }

    private record Sources(
            Map<Integer, List<DocumentPart>> parts, StoredDetails details, CorpusText corpus,
            double @Nullable [] @Nullable [] bounds) {}

    private Question question(int q, Ranking ranking, Sources sources, Set<Integer> shown) {
        JsonNode row = rows.get(q);
        RankIntervals ranks = sources.bounds() == null ? null : RankIntervals.of(raw[q], sources.bounds()[q]);
        List<Card> supporting = cards(q, ranking.positive(), true, sources, ranks);
        List<Card> opposing = cards(q, ranking.negative(), false, sources, ranks);
        List<String> notes = new ArrayList<>(List.of(
                String.format(Locale.ROOT, "%,d sequences were scanned, all that the folder holds; N = %,d.",
                        raw[q].length, training)));
        notes.add(ranks == null ? "No bound: how far a score is from that of the exact curvature was not certified."
                : "Bounds are of the exact curvature, from the folder's certificate.");
        int layers = sources.details().layers().values().stream().findFirst().map(found -> found[q].length).orElse(0);
        return new Question("q" + (q + 1), text(row, "query"), text(row, "prompt"), text(row, "completion"),
                List.of(), null, header.path("sign").asString(""), notes, supporting, opposing,
                Distribution.of(raw[q]), layerNames(layers), Keywords.of(
                        supporting.stream().map(Card::text).toList(), opposing.stream().map(Card::text).toList()),
                shown.stream().collect(Collectors.toMap(m -> m, m -> raw[q][m])));
    }

    private List<String> layerNames(int count) {
        String[] names = manifestLayers().split(" ");
        return names.length == count ? List.of(names)
                : IntStream.rangeClosed(1, count).mapToObj(l -> "layer " + l).toList();
    }

    private String manifestLayers() {
        return Json.read(folder.resolve("manifest.json")).path("identity").path("scan layers").asString("");
    }

    private List<Card> cards(
            int q, List<Ranking.Entry> entries, boolean largestFirst, Sources sources, @Nullable RankIntervals ranks) {
        List<Card> cards = new ArrayList<>();
        for (Ranking.Entry entry : entries) {
            int m = entry.sequence();
            List<DocumentPart> documents = sources.parts().getOrDefault(m, List.of());
            double[] tokens = Optional.ofNullable(sources.details().tokens().get(m)).map(found -> found[q])
                    .orElse(new double[0]);
            String text = documents.stream().map(part -> sources.corpus().texts().getOrDefault(part.document(), ""))
                    .reduce((a, b) -> a + "\n" + b).orElse("");
            List<String> pieces = pieces(text, documents, tokens.length, sources.corpus());
            double[] shown = pieces.isEmpty() ? new double[0] : tokens;
            String kind = origin().getOrDefault("tokens", "gradient");
            Double sparsity = tokens.length == 0 || !kind.equals("gradient") ? null : Sparsity.ratio(tokens);
            cards.add(new Card(cards.size() + 1, m, documents, entry.raw(), entry.raw() / training, entry.share(),
                    certain(m, q, ranks, largestFirst, sources.bounds()), sparsity,
                    sparsity != null && sparsity > Sparsity.SPURIOUS, null, text, pieces, values(kind, shown),
                    sources.details().layers().getOrDefault(m, new double[raw.length][0])[q], new double[0][],
                    new double[0]));
        }
        return cards;
    }

    private static Card.TokenValues values(String kind, double[] shown) {
        double[] none = new double[0];
        return switch (kind) {
            case "output" -> new Card.TokenValues(none, shown, none);
            case "input" -> new Card.TokenValues(none, none, shown);
            default -> new Card.TokenValues(shown, none, none);
        };
    }

    /** The tokens of a sequence that is one whole document; none where that is not so, or no tokenizer is at hand. */
    private static List<String> pieces(String text, List<DocumentPart> documents, int positions, CorpusText corpus) {
        if (documents.size() != 1 || documents.getFirst().parts() != 1 || positions == 0 || text.isEmpty()
                || corpus.tokenizer().isEmpty()) {
            return List.of();
        }
        Tokenizer tokenizer = corpus.tokenizer().get().tokenizer();
        int[] ids = tokenizer.encode(text).ids();
        // The last token is never fed; with a begin token there is one position more, and tokens would be shifted.
        return ids.length == positions + 1 ? Arrays.stream(ids).mapToObj(tokenizer::token).toList() : List.of();
    }

    private CertifiedRanking.@Nullable Certain certain(
            int m, int q, @Nullable RankIntervals ranks, boolean largestFirst,
            double @Nullable [] @Nullable [] bounds) {
        return ranks == null || bounds == null ? null
                : CertifiedRanking.Certain.of(m, m, bounds[q], ranks, largestFirst);
    }

    private double @Nullable [] @Nullable [] bounds() {
        Path file = folder.resolve(Influence.CERTIFICATE).resolve("bounds.npy");
        if (!Files.exists(file)) {
            return null;
        }
        double[] values = Npy.read(file).values();
        int count = raw[0].length;
        if (values.length != raw.length * count) {
            throw new MalformedFileException(file, "found " + values.length + " bounds, expected one for each score");
        }
        double[][] bounds = new double[raw.length][];
        Arrays.setAll(bounds, q -> Arrays.copyOfRange(values, q * count, (q + 1) * count));
        return bounds;
    }

    private Map<Integer, List<DocumentPart>> parts(Set<Integer> shown) {
        Map<Integer, List<DocumentPart>> parts = new HashMap<>();
        for (JsonNode column : lines(folder.resolve("columns.jsonl"))) {
            int number = column.path("column").asInt(-1);
            if (shown.contains(number)) {
                List<DocumentPart> documents = new ArrayList<>(List.of(part(column)));
                column.path("more").forEach(more -> documents.add(part(more)));
                parts.put(number, documents);
            }
        }
        return parts;
    }

    private static DocumentPart part(JsonNode column) {
        Map<String, String> metadata = new LinkedHashMap<>();
        column.path("metadata").properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asString()));
        return new DocumentPart(text(column, "document"), text(column, "file"), column.path("line").asLong(0),
                column.path("offset").asLong(-1), column.path("part").asInt(1), column.path("parts").asInt(1),
                metadata);
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    private static List<JsonNode> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> Json.parse(file, line.getBytes(StandardCharsets.UTF_8))).toList();
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
