package org.plumbline.verification.pretrained;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchPrograms;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.LengthBuckets;
import org.plumbline.batch.ModelContext;
import org.plumbline.batch.NonFiniteException;
import org.plumbline.batch.Sequences;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.model.Decoder;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.TokenSequence;
import org.plumbline.text.Tokenizer;
import org.plumbline.text.VisibleText;

/** The loss of a model on a corpus, a few sequences at a time: memory does not grow with the corpus. */
public final class CorpusLoss {
    private static final int CHUNK = 32;

    private final Decoder model;
    private final BatchRuns runs;
    private final Precision precision;

    public CorpusLoss(Decoder model, Parameters parameters, Compute compute) {
        this.model = model;
        this.precision = parameters.precision();
        this.runs = new BatchRuns(ModelContext.at(model, parameters, compute, 1, 1),
                shape -> BatchPrograms.loss(model, shape), Map.of());
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
        LossReport report;
        try (PackedSequences sequences = packing.open(source, tokenizer)) {
            report = new LossReport(sequences.report(), 0, 0, 0);
            while (report.sequences() < most && sequences.hasNext()) {
                List<TokenSequence> chunk = new ArrayList<>();
                while (chunk.size() < Math.min(CHUNK, most - report.sequences()) && sequences.hasNext()) {
                    chunk.add(sequences.next());
                }
                report = report.plus(sequences.report(), chunk.size(),
                        chunk.stream().mapToLong(TokenSequence::lossPositions).sum(),
                        Arrays.stream(losses(report.sequences(), chunk, packing.length())).reduce(0, Double::sum));
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

    private double[] losses(long first, List<TokenSequence> chunk, int longest) {
        Sequences data = Sequences.of(chunk.stream().map(sequence -> sequence.trimmed().example()).toList());
        List<Batch> batches = LengthBuckets.batches(data, 0, chunk.size(), 1, longest);
        double[] losses = new double[chunk.size()];
        runs.inOrder(batches.size(), batches::get, Map.of(), (result, i) ->
                losses[batches.get(i).first()] = result.scalar(Model.LOSS));
        for (int i = 0; i < losses.length; i++) {
            if (!Double.isFinite(losses[i])) {
                throw new NonFiniteException("loss of sequence " + (first + i) + " (document "
                        + VisibleText.shortened(chunk.get(i).parts().getFirst().documentId(), 60) + ")", losses[i],
                        precision);
            }
        }
        return losses;
    }
}
