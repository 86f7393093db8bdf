package org.plumbline.verification.pretrained;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.plumbline.engine.Compute;
import org.plumbline.io.InputException;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.TokenSequence;
import org.plumbline.text.Tokenizer;
import org.plumbline.train.Evaluation;

/** The loss of a model on a corpus, a few sequences at a time: memory does not grow with the corpus. */
public final class CorpusLoss {
    private static final int CHUNK = 32;

    private final Decoder model;
    private final Parameters parameters;
    private final Compute compute;

    public CorpusLoss(Decoder model, Parameters parameters, Compute compute) {
        this.model = model;
        this.parameters = parameters;
        this.compute = compute;
    }

    /**
     * @param most sequences to read at most
     * @param progress receives what is known so far, after some sequences each time
     * @throws InputException if the corpus is malformed, has nothing to predict, or the tokenizer has more tokens than
     *     the model, or its sequences are longer than the model's context
     */
    public LossReport of(
            DocumentSource source, Tokenizer tokenizer, Packing packing, long most, Consumer<LossReport> progress) {
        tokenizer.requireWithin(model.vocabulary());
        packing.requireWithin(model.maximumLength());
        LossReport report = new LossReport(0, 0, 0, 0);
        try (PackedSequences sequences = packing.open(source, tokenizer)) {
            while (report.sequences() < most && sequences.hasNext()) {
                List<TokenSequence> chunk = new ArrayList<>();
                while (chunk.size() < Math.min(CHUNK, most - report.sequences()) && sequences.hasNext()) {
                    chunk.add(sequences.next());
                }
                report = report.plus(chunk(chunk)).withDocuments(sequences.report().documents());
                progress.accept(report);
            }
        }
        if (report.lossPositions() == 0) {
            throw new InputException("found no token to predict in " + source.files().getFirst()
                    + (source.files().size() > 1 ? " and the files beside it" : "")
                    + ", expected at least two tokens in a document");
        }
        return report;
    }

    private LossReport chunk(List<TokenSequence> chunk) {
        int longest = chunk.stream().mapToInt(TokenSequence::fed).max().orElseThrow();
        List<Example> examples = chunk.stream().map(sequence -> trimmed(sequence, longest).example()).toList();
        Evaluation evaluation = new Evaluation(
                model, examples, compute.engine(), parameters.precision(), 1, compute.workers());
        double[] losses = evaluation.losses(parameters);
        return new LossReport(
                0, chunk.size(), evaluation.lossPositions(), Arrays.stream(losses).reduce(0, Double::sum));
    }

    /** Without padding that all sequences beside it have. */
    private static TokenSequence trimmed(TokenSequence sequence, int length) {
        return new TokenSequence(Arrays.copyOf(sequence.tokens(), length + 1), sequence.fed(),
                Arrays.copyOf(sequence.loss(), length), sequence.parts());
    }
}
