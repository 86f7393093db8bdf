package org.plumbline.train;

import java.util.List;
import java.util.Map;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.model.Model;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** The programs of training and evaluation, derived from the loss of one example. */
final class LossPrograms {
    private LossPrograms() {}

    /** The losses of {@code size} examples, {@code [size]}. */
    static Program losses(ExampleTable table, int size) {
        return Vmap.of(table.loss(), size, table.inputs());
    }

    /** The sum of the losses of {@code size} examples and its gradient in these parameters. */
    static Program gradient(ExampleTable table, int size, List<String> parameters) {
        ProgramBuilder b = new ProgramBuilder();
        Value losses = b.inline(losses(table, size), Map.of()).get(Model.LOSS);
        return Vjp.gradient(b.build(Model.LOSS, b.sumAll(losses)), parameters);
    }
}
