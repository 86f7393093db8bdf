package org.plumbline.influence.corpus;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.store.ScoreTables;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.text.DocumentPlace;
import org.plumbline.text.LeftOutDocument;
import org.plumbline.text.Tokenizer;

/**
 * What the rows and columns of {@code scores.npy} are: {@code scores.json}, {@code rows.jsonl}, {@code columns.jsonl}
 * and {@code left-out.jsonl}, as {@code docs/scale.md} describes them.
 *
 * @param rows a line for each row
 * @param header what holds for all scores
 */
public record CorpusTables(TokenizedCorpus corpus, List<Row> rows, Header header) implements ScoreTables {
    private static final String FORMAT = "plumbline scores 1";
    private static final String HEADER = "scores.json";
    private static final String ROWS = "rows.jsonl";
    private static final String COLUMNS = "columns.jsonl";
    private static final String LEFT_OUT = "left-out.jsonl";

    /** Copies the rows. */
    public CorpusTables {
        rows = List.copyOf(rows);
    }

    /**
     * A row of the matrix.
     *
     * @param query id of the query, or what the row is made of
     * @param prompt of the query; null where the row is no single query
     * @param completion of the query, likewise
     * @param promptTokens tokens of the prompt, likewise
     * @param completionTokens tokens of the completion, likewise
     */
    public record Row(
            int row, String query, @Nullable String prompt, @Nullable String completion,
            @Nullable Integer promptTokens, @Nullable Integer completionTokens) {

        /** The row of a query. */
        public static Row of(int row, PromptedQuery query) {
            return new Row(row, query.name(), query.text().prompt(), query.text().completion(),
                    query.border().promptTokens(), query.border().completionTokens());
        }

        /** A row that is no single query. */
        public static Row named(String query) {
            return new Row(0, query, null, null, null, null);
        }
    }

    /**
     * What holds for all scores.
     *
     * @param sign what a positive score means
     * @param normalization what was divided by, and what is to be divided by
     * @param origin everything that the scores depend on, hashes among it, as in the manifest
     */
    public record Header(String sign, String normalization, SequencedMap<String, String> origin) {}

    private record Document(
            String document, String file, @Nullable Long line, @Nullable Long offset, int part, int parts,
            Map<String, String> metadata) {

        static Document of(CorpusColumns.Piece piece) {
            DocumentPlace place = piece.tokens().place();
            return new Document(piece.tokens().documentId(), place.file(), lineOf(place), offsetOf(place), piece.part(),
                    piece.parts(), piece.tokens().metadata());
        }
    }

    private record ColumnLine(
            int column, String document, String file, @Nullable Long line, @Nullable Long offset, int part, int parts,
            int tokens, int predictions, int firstTokenId, String firstToken, Map<String, String> metadata,
            List<Document> more) {}

    private record LeftOutLine(
            String document, String file, @Nullable Long line, @Nullable Long offset, int tokens, String reason) {}

    private static @Nullable Long lineOf(DocumentPlace place) {
        return place.line() > 0 ? place.line() : null;
    }

    private static @Nullable Long offsetOf(DocumentPlace place) {
        return place.offset() >= 0 ? place.offset() : null;
    }

    @Override
    public void write(Store store) {
        store.put(HEADER, path -> Json.write(path, fields()));
        store.put(ROWS, path -> Json.writeLines(path, line -> rows.forEach(line)));
        // Both come from one pass over the documents.
        store.put(LEFT_OUT, leftOut -> Json.writeLines(leftOut, leftOutLine ->
                store.put(COLUMNS, columns -> Json.writeLines(columns, line -> columns(line, leftOutLine)))));
    }

    private SequencedMap<String, Object> fields() {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", FORMAT);
        fields.put("matrix", "scores.npy");
        fields.put("rows", ROWS);
        fields.put("columns", COLUMNS);
        fields.put("leftOut", LEFT_OUT);
        fields.put("shape", List.of(rows.size(), corpus.sequences().size()));
        fields.put("sign", header.sign());
        fields.put("unit", "nats");
        fields.put("normalization", header.normalization());
        fields.put("estimator", header.origin().getOrDefault("strategy", "unknown"));
        fields.put("origin", header.origin());
        return fields;
    }

    private void columns(Consumer<Object> line, Consumer<Object> leftOut) {
        Tokenizer tokenizer = corpus.tokenizer().tokenizer();
        int count = 0;
        try (CorpusColumns columns = new CorpusColumns(corpus, document -> leftOut.accept(leftOut(document)))) {
            for (; columns.hasNext(); count++) {
                CorpusColumns.Column column = columns.next();
                int[] ids = Arrays.copyOf(column.sequence().tokens(), column.sequence().fed() + 1);
                if (count >= corpus.sequences().size() || !Arrays.equals(ids, corpus.sequences().tokens(count))) {
                    throw changed(count);
                }
                Document first = Document.of(column.documents().getFirst());
                line.accept(new ColumnLine(column.number(), first.document(), first.file(), first.line(),
                        first.offset(), first.part(), first.parts(), ids.length, column.sequence().lossPositions(),
                        ids[0], tokenizer.token(ids[0]), first.metadata(),
                        column.documents().stream().skip(1).map(Document::of).toList()));
            }
        }
        if (count < corpus.sequences().size()) {
            throw changed(count);
        }
    }

    private InputException changed(int sequence) {
        return new InputException(corpus.source().files().getFirst() + ": sequence " + sequence
                + " is not what it was when the scan began: the corpus was changed meanwhile");
    }

    private static LeftOutLine leftOut(LeftOutDocument document) {
        return new LeftOutLine(document.id(), document.place().file(), lineOf(document.place()),
                offsetOf(document.place()), document.tokens(), document.reason());
    }
}
