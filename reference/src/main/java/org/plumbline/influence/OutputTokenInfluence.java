package org.plumbline.influence;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The part that each <em>predicted</em> token of a training sequence has in its influence (Grosse et al., 2023,
 * appendix B, eq. 35–36): with {@code L = Σ_t L_t} and {@code v = (C + λ)⁻¹ ∇f},
 *
 * <pre>  raw = −vᵀ ∇L = Σ_t −d/dε L_t(θ + ε v) at ε = 0,</pre>
 *
 * <p>one number for each position, that of the prediction made there. Cells of eq. 31 instead go by the position whose
 * pre-activations carry the gradient, and hold the loss terms at and after it; both rows have the same sum. Sign and units
 * are those of {@link InfluenceScores}.
 *
 * @param parameters {@code θ}, in double precision
 * @param space the parameters that {@code v} moves
 */
public record OutputTokenInfluence(Model model, Parameters parameters, BlockSpace space, Compute compute) {
    private static final String LOSSES = "losses";

    /**
     * The exact derivative: one forward pass with tangents. Positions that bear no loss are 0.
     *
     * @param preconditioned {@code v}, flat over the space
     * @return {@code [T]}
     */
    public double[] exact(double[] preconditioned, Example example) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> tangents = new LinkedHashMap<>();
        for (String name : space.parameters()) {
            tangents.put(name, b.input("tangent." + name, ElementType.REAL, model.space().shape(name)));
        }
        Program losses = losses(example.length());
        Value along = Jvp.inline(b, losses, Map.of(), tangents)
                .tangents()
                .getOrDefault(LOSSES, b.fill(0, Shape.of(example.length())));
        Executable run = compute.engine().compile(b.build(LOSSES, along), Precision.DOUBLE);
        run.bindPresent(parameters.storages());
        space.unflatten(preconditioned).forEach((name, values) ->
                run.bindPresent(Map.of("tangent." + name, Storage.of(values))));
        return weighted(run, example, -1);
    }

    /**
     * The central difference {@code −(L_t(θ + ε v) − L_t(θ − ε v)) / 2ε} of the paper: two forward passes, and an error of
     * order {@code ε²}.
     *
     * @param preconditioned {@code v}, flat over the space
     * @param epsilon {@code ε > 0}
     * @return {@code [T]}
     */
    public double[] centralDifference(double[] preconditioned, Example example, double epsilon) {
        Executable run = compute.engine().compile(losses(example.length()), Precision.DOUBLE);
        double[] difference = at(run, preconditioned, example, -epsilon);
        Vectors.axpy(-1, at(run, preconditioned, example, epsilon), difference);
        Vectors.scale(1 / (2 * epsilon), difference);
        return difference;
    }

    /** {@code L_t(θ + step · v)}. */
    private double[] at(Executable run, double[] preconditioned, Example example, double step) {
        Map<String, Storage> moved = new LinkedHashMap<>(parameters.storages());
        space.unflatten(preconditioned).forEach((name, direction) -> {
            double[] values = parameters.doubles(name).clone();
            Vectors.axpy(step, direction, values);
            moved.put(name, Storage.of(values));
        });
        run.bindPresent(moved);
        return weighted(run, example, 1);
    }

    private static double[] weighted(Executable run, Example example, double sign) {
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.run();
        double[] values = run.doubles(LOSSES).clone();
        double[] weights = example.reals(Example.WEIGHTS);
        for (int t = 0; t < values.length; t++) {
            values[t] = weights[t] == 0 ? 0 : sign * weights[t] * values[t];
        }
        return values;
    }

    /** The loss is linear in the weights of positions, so that its gradient in them is the loss of each position. */
    private Program losses(int length) {
        ProgramBuilder b = new ProgramBuilder();
        Set<String> weights = new LinkedHashSet<>(Set.of(Example.WEIGHTS));
        Map<String, Value> gradients = Vjp.inline(b, model.loss(length), Map.of(), weights,
                Map.of(Model.LOSS, b.fill(1, Shape.scalar()))).gradients();
        return b.build(LOSSES, gradients.get(Example.WEIGHTS));
    }
}
