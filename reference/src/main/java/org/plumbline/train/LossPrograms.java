package org.plumbline.train;

import java.util.List;
import org.plumbline.autodiff.Vjp;
import org.plumbline.batch.BatchPrograms;
import org.plumbline.batch.BatchShape;
import org.plumbline.model.Model;
import org.plumbline.program.Program;

/** The programs of training and evaluation, derived from the loss of one example. */
final class LossPrograms {
    private LossPrograms() {}

    /** The losses of a batch's examples, {@code [size]}. */
    static Program losses(Model model, BatchShape shape) {
        return BatchPrograms.of(model.loss(shape.length()), shape);
    }

    /** The sum of the losses of a batch's examples and its gradient in these parameters. */
    static Program gradient(Model model, BatchShape shape, List<String> parameters) {
        return Vjp.gradient(BatchPrograms.loss(model, shape), parameters);
    }
}
