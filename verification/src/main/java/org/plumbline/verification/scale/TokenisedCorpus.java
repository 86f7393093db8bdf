package org.plumbline.verification.scale;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.plumbline.influence.pipeline.SequenceFile;
import org.plumbline.io.InputException;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.TokenSequence;

/**
 * A corpus as a model's sequences, on disk.
 *
 * @param report what became of the documents
 */
public record TokenisedCorpus(
        SequenceFile sequences, DocumentSource source, Packing packing, ModelFolder model, PackedSequences.Report report)
        implements AutoCloseable {

    /**
     * Reads and tokenises all documents.
     *
     * @param scratch folder for the temporary file
     * @throws InputException if the corpus is malformed, or has no sequence
     */
    public static TokenisedCorpus open(Path data, Packing packing, ModelFolder model, Path scratch) {
        if (packing.length() > model.model().maximumLength()) {
            throw new InputException("--length " + packing.length() + " is beyond the model's context of "
                    + model.model().maximumLength());
        }
        DocumentSource source = DocumentSource.of(data, CorpusFormat.ofName(data));
        try (PackedSequences packed = packing.open(source, model.tokenizer())) {
            SequenceFile sequences = SequenceFile.write(scratch, packing.length(), packed);
            return new TokenisedCorpus(sequences, source, packing, model, packed.report());
        }
    }

    /** What results computed from it belong to. */
    public SequencedMap<String, String> origin() {
        SequencedMap<String, String> origin = new LinkedHashMap<>();
        origin.put("model", model.modelHash());
        origin.put("tokenizer", model.tokenizerHash());
        origin.put("data", sequences.digest());
        origin.put("sequences", Integer.toString(sequences.size()));
        origin.put("packing", packing.toString());
        return origin;
    }

    /** Which documents some sequences are of, by number; one more pass over the documents. */
    public Map<Integer, List<TokenSequence.Part>> parts(int[] numbers) {
        Set<Integer> wanted = Arrays.stream(numbers).boxed().collect(Collectors.toSet());
        Map<Integer, List<TokenSequence.Part>> parts = new HashMap<>();
        try (PackedSequences packed = packing.open(source, model.tokenizer())) {
            for (int m = 0; parts.size() < wanted.size() && packed.hasNext(); m++) {
                TokenSequence sequence = packed.next();
                if (wanted.contains(m)) {
                    parts.put(m, sequence.parts());
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
