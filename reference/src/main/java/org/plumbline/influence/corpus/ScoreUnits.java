package org.plumbline.influence.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.ScoreDetails;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;

/**
 * Scores of documents, or of groups of documents by a field of their metadata, from a finished scan of sequences. The
 * score of a unit is the sum of the scores of its sequences: to first order, {@code 1/N} of it is the effect of one
 * more copy of all of them.
 *
 * <p>A sequence of several units, as packing makes them, is divided by its tokens: a loss term {@code L_t} belongs to
 * the document of the token that it predicts, and {@code raw = −∇fᵀ(C + λ)⁻¹ Σ_t ∇L_t} is a sum over them. Such a scan
 * needs scores by predicted token, which are kept in single precision.
 */
public final class ScoreUnits {
    /** The unit that is a document; any other name is that of a field. */
    public static final String DOCUMENT = "document";
    /** Folder in that of the scores. */
    public static final String FOLDER = "units";
    /** The unit of documents without the field. */
    private static final String WITHOUT = "(none)";

    private final String by;
    private final double[][] raw;
    private final SequencedMap<String, Unit> units = new LinkedHashMap<>();

    /** A unit that is being summed. */
    private static final class Unit {
        private final String name;
        private final double[] sums;
        private int sequences;
        private long lastDocument = -1;
        private int documents;

        Unit(String name, int queries) {
            this.name = name;
            this.sums = new double[queries];
        }
    }

    /**
     * A column of the scores of units.
     *
     * @param name of the document or the group
     * @param documents how many documents it has
     * @param sequences how many sequences have tokens of it
     */
    private record Line(int column, String name, int documents, int sequences) {}

    private ScoreUnits(String by, double[][] raw) {
        this.by = by;
        this.raw = raw;
    }

    /**
     * Writes {@code units/<by>.npy [queries, units]}, the sums, and {@code units/<by>.jsonl}, a line for each column,
     * in the order of the corpus.
     *
     * @param scores folder of a finished scan of the corpus
     * @param by {@value #DOCUMENT}, or the name of a metadata field
     * @return the first file
     * @throws InputException if the scan is missing or unfinished, no document has the field, or a sequence has several
     *     units and the scan no scores by predicted token
     */
    public static Path write(Path scores, TokenizedCorpus corpus, String by) {
        ScoreUnits units = new ScoreUnits(by, ScoreStore.load(scores));
        Path folder = scores.resolve(FOLDER);
        try (CorpusColumns columns = new CorpusColumns(corpus, _ -> { });
                ScoreDetails details = ScoreDetails.open(scores)) {
            while (columns.hasNext()) {
                units.add(columns.next(), details);
            }
        }
        if (!by.equals(DOCUMENT) && units.units.keySet().equals(Set.of(WITHOUT))) {
            throw new InputException("units by '" + by + "': found no document with that field, expected '"
                    + DOCUMENT + "' or a field of the metadata");
        }
        return units.write(folder);
    }

    private void add(CorpusColumns.Column column, ScoreDetails details) {
        List<Unit> pieces = new ArrayList<>();
        for (CorpusColumns.Piece piece : column.documents()) {
            Unit unit = unit(piece);
            if (piece.tokens().number() != unit.lastDocument) {
                unit.lastDocument = piece.tokens().number();
                unit.documents++;
            }
            if (!pieces.contains(unit)) {
                unit.sequences++;
            }
            pieces.add(unit);
        }
        if (pieces.stream().distinct().count() == 1) {
            for (int q = 0; q < raw.length; q++) {
                pieces.getFirst().sums[q] += raw[q][column.number()];
            }
            return;
        }
        if (details.tokens() != TokenScores.OUTPUT) {
            throw new InputException("units by '" + by
                    + "': found sequence " + column.number() + " of several units, "
                    + column.documents().stream().map(piece -> piece.tokens().documentId()).limit(3)
                            .collect(Collectors.joining(", "))
                    + ", expected a scan with --tokens output, by which it can be divided");
        }
        double[] cells = details.tokens(column.number());
        for (int i = 0; i < pieces.size(); i++) {
            // The loss term of position t is that of token t + 1.
            int from = Math.max(column.documents().get(i).tokens().from(), 1);
            int to = Math.min(column.documents().get(i).tokens().to(), 1 + cells.length / raw.length);
            for (int t = from; t < to; t++) {
                for (int q = 0; q < raw.length; q++) {
                    pieces.get(i).sums[q] += cells[(t - 1) * raw.length + q];
                }
            }
        }
    }

    /** Documents by their numbers, since ids may repeat. */
    private Unit unit(CorpusColumns.Piece piece) {
        String name = by.equals(DOCUMENT) ? piece.tokens().documentId()
                : piece.tokens().metadata().getOrDefault(by, WITHOUT);
        String key = by.equals(DOCUMENT) ? Long.toString(piece.tokens().number()) : name;
        return units.computeIfAbsent(key, _ -> new Unit(name, raw.length));
    }

    private Path write(Path folder) {
        int count = units.size();
        double[] flat = new double[raw.length * count];
        List<Line> lines = new ArrayList<>();
        for (Unit unit : units.values()) {
            int column = lines.size();
            for (int q = 0; q < raw.length; q++) {
                flat[q * count + column] = unit.sums[q];
            }
            lines.add(new Line(column, unit.name, unit.documents, unit.sequences));
        }
        Folders.make(folder);
        String name = by.replaceAll("[^\\w-]", "_");
        Path file = folder.resolve(name + ".npy");
        Npy.write(file, flat, raw.length, count);
        Json.writeLines(folder.resolve(name + ".jsonl"), lines::forEach);
        return file;
    }
}
