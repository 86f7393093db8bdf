package org.plumbline.influence.corpus;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.plumbline.batch.SequenceFile;
import org.plumbline.io.InputException;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;

/**
 * A corpus as sequences of tokens, on disk.
 *
 * @param report what became of the documents
 */
public record TokenizedCorpus(
        SequenceFile sequences, DocumentSource source, Packing packing, HashedTokenizer tokenizer,
        PackedSequences.Report report) implements AutoCloseable {

    /**
     * Reads and tokenizes all documents.
     *
     * @param context most positions of a sequence that the model knows
     * @param scratch folder for the temporary file
     * @throws InputException if the corpus is malformed, has no sequence, or sequences are longer
     *     than the model's context
     */
    public static TokenizedCorpus open(
            DocumentSource source, Packing packing, HashedTokenizer tokenizer, int context, Path scratch) {
        packing.requireWithin(context);
        try (PackedSequences packed = packing.open(source, tokenizer.tokenizer())) {
            SequenceFile sequences = SequenceFile.write(scratch, packing.length(), packed);
            return new TokenizedCorpus(sequences, source, packing, tokenizer, packed.report());
        }
    }

    /** What results computed from it belong to. */
    public SequencedMap<String, String> origin() {
        SequencedMap<String, String> origin = new LinkedHashMap<>();
        origin.put("tokenizer", tokenizer.hash());
        origin.put("special tokens", tokenizer.specialTokens());
        origin.put("data", sequences.digest());
        origin.put("sequences", Integer.toString(sequences.size()));
        origin.put("packing", packing.toString());
        return origin;
    }

    /** What results computed from it with a model belong to. */
    public SequencedMap<String, String> origin(ModelFolder model) {
        SequencedMap<String, String> origin = origin();
        origin.putFirst("model", model.hash());
        return origin;
    }

    /** Which documents some sequences are of, by number; one more pass over the documents. */
    public Map<Integer, List<DocumentPart>> parts(int[] numbers) {
        Set<Integer> wanted = Arrays.stream(numbers).boxed().collect(Collectors.toSet());
        Map<Integer, List<DocumentPart>> parts = new HashMap<>();
        try (CorpusColumns columns = new CorpusColumns(this, _ -> {})) {
            while (parts.size() < wanted.size() && columns.hasNext()) {
                CorpusColumns.Column column = columns.next();
                if (wanted.contains(column.number())) {
                    parts.put(column.number(), column.documents().stream().map(DocumentPart::of).toList());
                }
            }
        }
        return parts;
    }

    @Override
    public void close() {
        sequences.close();
    }
}
