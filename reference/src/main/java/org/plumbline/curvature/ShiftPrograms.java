package org.plumbline.curvature;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Staging;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.model.Example;
import org.plumbline.model.HiddenOutputs;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Curvature products with unit directions of one layer's {@code W̄}, as a staged program over a batch of examples and a
 * batch of directions. The direction {@code e_o e_iᵀ} is given by its indices and enters as the shift
 * {@code ā_t[i] e_o} of the layer's pre-activations.
 *
 * @param staging first what does not depend on the direction, then the rest
 */
record ShiftPrograms(Staging staging) {
    /** Program input: the row {@code o} of each direction. */
    static final String ROW = "direction.row";

    /** Program input: the column {@code i} of each direction. */
    static final String COLUMN = "direction.column";

    /** Program output: the products in this layer, {@code [directions, outputs, columns]}. */
    static String result(TrackedLayer layer) {
        return "result." + layer.name();
    }

    /** Products of the Gauss–Newton matrix, in the layers from {@code source} on. */
    static ShiftPrograms gaussNewton(
            Objective objective, List<TrackedLayer> layers, int source, int length, int batch, int directions) {
        ProgramBuilder b = new ProgramBuilder();
        Batch data = new Batch(b, objective.model(), length, batch);
        TrackedLayer layer = layers.get(source);
        Map<String, Value> tangents = Map.of(layer.shift(), data.shift(layer));
        Jvp.Dual dual = Jvp.inline(b, data.tapped, data.noShifts, tangents);
        List<TrackedLayer> targets = layers.subList(source, layers.size());
        Map<String, Value> pseudoGradients = Vjp.inline(
                b, data.tapped, data.noShifts, shifts(targets), curved(b, objective.model(), layers, dual)).gradients();
        return staged(b, data.results(targets, pseudoGradients, dual.outputs()), directions);
    }

    /**
     * The tangent of the outputs times the loss's Hessian in them, as a cotangent. Where the outputs come from an
     * output layer that is not among the layers, both move before it, {@code (Wᵀ H_z W) ḣ}, which spares every
     * direction the width of the outputs.
     */
    private static Map<String, Value> curved(
            ProgramBuilder b, Model model, List<TrackedLayer> layers, Jvp.Dual dual) {
        // The loss of a position depends on its own outputs alone, so a batch is as good as one long example.
        Value outputs = dual.outputs().get(Model.OUTPUTS);
        Value weights = Likelihood.weights(b, outputs);
        Optional<OutputLayer> head = HiddenOutputs.of(model, layers);
        if (head.isEmpty()) {
            Value tangent = dual.tangents().get(Model.OUTPUTS);
            return Map.of(Model.OUTPUTS, model.likelihood().hessianProduct(b, outputs, weights, tangent));
        }
        Value tangent = dual.tangents().get(Model.HIDDEN);
        int width = head.get().inputs();
        Value w = b.input(head.get().weight(), ElementType.REAL, model.space().shape(head.get().weight()));
        Value hessian = model.likelihood().hiddenHessian(b, outputs, weights, w);
        Value rows = b.reshape(tangent, Op.rows(tangent).append(1, width));
        return Map.of(Model.HIDDEN, b.reshape(b.matmul(rows, hessian), tangent.shape()));
    }

    /** Products of the Hessian, in the layers from {@code source} on. */
    static ShiftPrograms hessian(
            Objective objective, List<TrackedLayer> layers, int source, int length, int batch, int directions) {
        List<TrackedLayer> targets = layers.subList(source, layers.size());
        TrackedLayer layer = layers.get(source);
        Program gradient = gradient(objective, targets, layer, length, batch);
        ProgramBuilder b = new ProgramBuilder();
        Batch data = new Batch(b, objective.model(), length, batch);
        Map<String, Value> noShift = Map.of(layer.shift(), data.noShifts.get(layer.shift()));
        Jvp.Dual dual = Jvp.inline(b, gradient, noShift, Map.of(layer.shift(), data.shift(layer)));
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        gradient.outputs().forEach((name, value) -> results.put(name, dual.tangents().get(name)));
        return staged(b, results, directions);
    }

    /** The gradient in the {@code targets} as a function of one layer's shift. */
    private static Program gradient(
            Objective objective, List<TrackedLayer> targets, TrackedLayer shifted, int length, int batch) {
        ProgramBuilder b = new ProgramBuilder();
        Batch data = new Batch(b, objective.model(), length, batch);
        Map<String, Value> others = new HashMap<>(data.noShifts);
        others.remove(shifted.shift());
        Vjp.Pullback pullback = Vjp.inline(b, data.tapped, others, shifts(targets),
                Map.of(Model.LOSS, b.fill(1, Shape.of(batch))));
        return b.build(data.results(targets, pullback.gradients(), pullback.outputs()));
    }

    private static Set<String> shifts(List<TrackedLayer> layers) {
        Set<String> names = new LinkedHashSet<>();
        layers.forEach(layer -> names.add(layer.shift()));
        return names;
    }

    private static ShiftPrograms staged(ProgramBuilder b, SequencedMap<String, Value> results, int directions) {
        Program batched = Vmap.of(b.build(results), directions, List.of(ROW, COLUMN));
        return new ShiftPrograms(Staging.split(batched, name -> !name.equals(ROW) && !name.equals(COLUMN)));
    }

    /** A batch of examples of a tapped model. */
    private static final class Batch {
        private final ProgramBuilder b;
        private final int positions;
        private final Program tapped;
        private final Map<String, Value> noShifts = new HashMap<>();

        Batch(ProgramBuilder b, Model model, int length, int batch) {
            this.b = b;
            this.positions = batch * length;
            Program single = model.tapped(length);
            Set<String> batched = new LinkedHashSet<>();
            single.inputs().keySet().stream().filter(Example::isInput).forEach(batched::add);
            model.layers().forEach(layer -> batched.add(layer.shift()));
            this.tapped = Vmap.of(single, batch, batched);
            model.layers().forEach(layer ->
                    noShifts.put(layer.shift(), b.fill(0, Shape.of(batch, length, layer.outputs()))));
        }

        /** {@code ā [positions, columns]} of a layer. */
        private Value extended(TrackedLayer layer, Value activations) {
            Value rows = b.reshape(activations, positions, layer.inputs());
            return layer.bias().isPresent()
                    ? b.concatenate(rows, b.fill(1, Shape.of(positions, 1)), 1)
                    : rows;
        }

        /** The shift of the layer's pre-activations for the direction given by {@link #ROW} and {@link #COLUMN}. */
        Value shift(TrackedLayer layer) {
            Value activations = b.inline(tapped, noShifts).get(layer.activations());
            Value column = b.gather(b.transposeMatrix(extended(layer, activations)), b.index(COLUMN));
            Value row = b.broadcast(b.index(ROW), 0, Shape.of(positions));
            Value shift = b.place(b.reshape(column, positions), row, layer.outputs());
            return b.reshape(shift, tapped.input(layer.shift()).shape());
        }

        /** {@code Σ_t Ds_t ā_tᵀ} of each layer, by the name of its result. */
        SequencedMap<String, Value> results(
                List<TrackedLayer> targets, Map<String, Value> pseudoGradients, Map<String, Value> outputs) {
            SequencedMap<String, Value> results = new LinkedHashMap<>();
            for (TrackedLayer layer : targets) {
                Value ds = b.reshape(pseudoGradients.get(layer.shift()), positions, layer.outputs());
                Value a = extended(layer, outputs.get(layer.activations()));
                results.put(result(layer), b.matmul(ds, true, a, false));
            }
            return results;
        }
    }
}
