package org.plumbline.influence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.engine.Compute;
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
 * How a loss {@code L(θ, w)} in which each position has a multiplier {@code w_t} feels it, and how that changes with
 * the parameters along {@code v}: {@code d/dε w_t ∂L/∂w_t (θ + ε v, w)} at {@code ε = 0}. Which multiplier it is
 * decides what is attributed to positions.
 *
 * @param loss program with output {@link Model#LOSS}
 * @param multipliers its input {@code [T]}
 * @param space the parameters that {@code v} moves
 */
record PositionDerivatives(
        Model model, Program loss, String multipliers, Parameters parameters, BlockSpace space, Compute compute) {
    private static final String GRADIENT = "gradient";

    /**
     * The exact derivative: one pass with tangents. Positions whose multiplier is 0 are 0.
     *
     * @param direction {@code v}, flat over the space
     * @param values {@code w}
     */
    double[] exact(double[] direction, Example example, double[] values) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> tangents = new LinkedHashMap<>();
        for (String name : space.parameters()) {
            tangents.put(name, b.input("tangent." + name, ElementType.REAL, model.space().shape(name)));
        }
        Value along = Jvp.inline(b, gradient(), Map.of(), tangents)
                .tangents()
                .getOrDefault(GRADIENT, b.fill(0, Shape.of(example.length())));
        Executable run = compute.engine().compile(b.build(GRADIENT, along), Precision.DOUBLE);
        run.bindPresent(parameters.storages());
        space.unflatten(direction).forEach((name, tangent) ->
                run.bindPresent(Map.of("tangent." + name, Storage.of(tangent))));
        return weighted(run, example, values);
    }

    /** The central difference of step {@code ε}: two passes, and an error of order {@code ε²}. */
    double[] centralDifference(double[] direction, Example example, double[] values, double epsilon) {
        Executable run = compute.engine().compile(gradient(), Precision.DOUBLE);
        double[] difference = at(run, direction, example, values, epsilon);
        Vectors.axpy(-1, at(run, direction, example, values, -epsilon), difference);
        Vectors.scale(1 / (2 * epsilon), difference);
        return difference;
    }

    private double[] at(Executable run, double[] direction, Example example, double[] values, double step) {
        Map<String, Storage> moved = new LinkedHashMap<>(parameters.storages());
        space.unflatten(direction).forEach((name, along) -> {
            double[] there = parameters.doubles(name).clone();
            Vectors.axpy(step, along, there);
            moved.put(name, Storage.of(there));
        });
        run.bindPresent(moved);
        return weighted(run, example, values);
    }

    private double[] weighted(Executable run, Example example, double[] values) {
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.bindPresent(Map.of(multipliers, Storage.of(values)));
        run.run();
        double[] weighted = run.doubles(GRADIENT).clone();
        for (int t = 0; t < weighted.length; t++) {
            weighted[t] = values[t] == 0 ? 0 : values[t] * weighted[t];
        }
        return weighted;
    }

    private Program gradient() {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> gradients = Vjp.inline(b, loss, Map.of(), Set.of(multipliers),
                Map.of(Model.LOSS, b.fill(1, Shape.scalar()))).gradients();
        return b.build(GRADIENT, gradients.get(multipliers));
    }
}
