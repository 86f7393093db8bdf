package org.plumbline.audit;

import java.util.List;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.influence.Convention;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;

/**
 * The model and the training sequences that factors or scores are said to be of.
 *
 * @param objective model, parameters in double precision, and sequences
 * @param lastFed whether the last position of each sequence is its last token, which predicts nothing
 * @param context most positions that the model knows
 * @param seed of the labels that are drawn
 */
public record AuditedModel(Objective objective, boolean lastFed, int context, long seed, Compute compute) {

    /** A decoder on token sequences, of which every token after the first is to be predicted. */
    public static AuditedModel of(
            Decoder model, Parameters parameters, List<int[]> sequences, long seed, Compute compute) {
        List<Example> examples = sequences.stream().map(AuditedModel::example).toList();
        return new AuditedModel(new Objective(model, parameters, examples), true,
                model.maximumLength(), seed, compute);
    }

    /** A sequence with its last token as a position that bears no loss. */
    public static Example example(int... tokens) {
        return Convention.kronfluence(Convention.RELATIVE).example(tokens);
    }
}
