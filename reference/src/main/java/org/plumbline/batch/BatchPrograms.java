package org.plumbline.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.autodiff.Vmap;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/** Programs of one sequence, applied to all sequences of a batch. */
public final class BatchPrograms {
    private BatchPrograms() {}

    /**
     * The program with a leading axis of sequences on every input of an {@link Example} and on every output. Parameters
     * and other inputs are shared. Where nothing is padding, the mask is a constant that folds away. A batch of one
     * sequence has no leading axis, and the same number of elements.
     *
     * @param one the program of one sequence of {@code shape.length()} positions
     */
    public static Program of(Program one, BatchShape shape) {
        Program specific = one;
        if (!shape.masked() && one.inputs().containsKey(Example.FED)) {
            ProgramBuilder b = new ProgramBuilder();
            Value fed = b.fill(1, Shape.of(shape.length()));
            specific = b.build(new LinkedHashMap<>(b.inline(one, Map.of(Example.FED, fed))));
        }
        if (shape.size() == 1) {
            return specific;
        }
        List<String> inputs = specific.inputs().keySet().stream().filter(Example::isInput).toList();
        return Vmap.of(specific, shape.size(), inputs);
    }

    /** The sum of the losses of the sequences, a scalar {@link Model#LOSS}. */
    public static Program loss(Model model, BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Value losses = b.inline(of(model.loss(shape.length()), shape), Map.of()).get(Model.LOSS);
        return b.build(Model.LOSS, b.sumAll(losses));
    }
}
