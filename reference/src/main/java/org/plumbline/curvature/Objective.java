package org.plumbline.curvature;

import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;

/**
 * The training objective whose curvature is meant: {@code J(θ) = 1/N Σ_m L(z_m, θ)} at fixed parameters.
 *
 * @param examples the {@code N} training examples, in a fixed order
 */
public record Objective(Model model, Parameters parameters, List<Example> examples) {

    /**
     * @throws ModelException if there are no examples, or the parameters are another model's or not in double precision
     */
    public Objective {
        examples = List.copyOf(examples);
        if (examples.isEmpty()) {
            throw new ModelException("an objective needs at least one example");
        }
        if (!parameters.space().equals(model.space())) {
            throw new ModelException("the parameters belong to another model");
        }
        if (parameters.precision() != Precision.DOUBLE) {
            throw new ModelException("exact curvature needs parameters in double precision");
        }
    }

    /** The objective of a pipeline, in double precision; it holds all sequences in memory. */
    public static Objective of(Pipeline pipeline, Sequences data) {
        Parameters parameters = pipeline.precision() == Precision.DOUBLE
                ? pipeline.parameters()
                : pipeline.parameters().copy(Precision.DOUBLE);
        return new Objective(pipeline.model(), parameters,
                IntStream.range(0, data.size()).mapToObj(data::get).toList());
    }

    /** This objective on other examples. */
    public Objective on(List<Example> others) {
        return new Objective(model, parameters, others);
    }
}
