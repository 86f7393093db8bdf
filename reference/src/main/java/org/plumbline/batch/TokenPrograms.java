package org.plumbline.batch;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.autodiff.Staging;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.engine.MemoryEstimate;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The programs that give a {@link Contraction} its layer inputs and pseudo-gradients: a forward pass, and a backward
 * pass to the layers' pre-activations and no further. No weight gradient is formed unless the contraction forms one.
 */
public final class TokenPrograms {
    /** Input: gradient of the loss in the outputs, {@code [B, T, C]}. */
    public static final String COTANGENT = "cotangent";

    private TokenPrograms() {}

    /**
     * A program cut where the gradient in the model's outputs enters.
     *
     * @param first forward pass and whatever needs no labels; outputs what labels are drawn from and what {@code
     *     second} reads
     * @param second from {@link #COTANGENT} to the rest of the results
     */
    public record Staged(Program first, Program second) {

        /** Bytes of the buffers of both and of the cotangents. */
        public long bytes(Precision precision) {
            return MemoryEstimate.bufferBytes(first, precision) + MemoryEstimate.bufferBytes(second, precision)
                    + (long) second.input(COTANGENT).shape().size() * precision.bytes();
        }
    }

    /** At the labels of the data: one program. */
    public static Program atTrainingLabels(
            Model model, List<TrackedLayer> layers, BatchShape shape, Contraction contraction) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build(results(b, one(model, layers, shape, Optional.empty()), layers, shape, contraction));
    }

    /** At labels that are chosen between two stages. */
    static Staged staged(
            Model model, List<TrackedLayer> layers, BatchShape shape, Contraction contraction,
            LabelCotangents cotangents) {
        ProgramBuilder b = new ProgramBuilder();
        SequencedMap<String, Value> results =
                results(b, one(model, layers, shape, Optional.of(cotangents)), layers, shape, contraction);
        results.putAll(vmapped(b, cotangents.source(shape), shape));
        Program whole = b.build(results);
        Set<String> late = dependents(whole, COTANGENT);
        Program backward = whole.select(List.copyOf(late));
        List<String> early = whole.outputs().keySet().stream().filter(name -> !late.contains(name)).toList();

        ProgramBuilder forward = new ProgramBuilder();
        SequencedMap<String, Value> forwardResults = new LinkedHashMap<>(forward.inline(whole.select(early), Map.of()));
        if (backward.inputs().keySet().equals(Set.of(COTANGENT))) {
            return new Staged(forward.build(forwardResults), backward);
        }
        Staging staging = Staging.split(backward, name -> !name.equals(COTANGENT));
        forwardResults.putAll(forward.inline(staging.first(), Map.of()));
        return new Staged(forward.build(forwardResults), staging.second());
    }

    private static SequencedMap<String, Value> results(
            ProgramBuilder b, Program one, List<TrackedLayer> layers, BatchShape shape, Contraction contraction) {
        Map<String, Value> tokens = vmapped(b, one, shape);
        Optional<Value> fed = shape.masked()
                ? Optional.of(b.real(Example.FED, shape.size(), shape.length()))
                : Optional.empty();
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        for (TrackedLayer layer : layers) {
            contraction.emit(
                    new LayerTokens(b, layer, tokens.get(layer.activations()), tokens.get(layer.shift()), fed),
                    results);
        }
        return results;
    }

    private static Map<String, Value> vmapped(ProgramBuilder b, Program one, BatchShape shape) {
        Set<String> batched = new LinkedHashSet<>();
        for (String name : one.inputs().keySet()) {
            if (Example.isInput(name) || name.equals(COTANGENT)) {
                batched.add(name);
            }
        }
        return Vmap.inline(b, one, shape.size(), Map.of(), batched);
    }

    /**
     * One sequence's {@code a} and {@code Ds} of each layer, named by {@code activations} and {@code shift}, from the
     * training labels or from cotangents that are an input.
     */
    private static Program one(
            Model model, List<TrackedLayer> layers, BatchShape shape, Optional<LabelCotangents> cotangents) {
        ProgramBuilder b = new ProgramBuilder();
        Program tapped = model.tapped(shape.length());
        Map<String, Value> bound = bindings(b, model, shape);
        Map<String, Value> primal = b.inline(tapped, bound);
        String target = cotangents.map(LabelCotangents::target).orElse(Model.OUTPUTS);
        Value outputs = primal.get(Model.OUTPUTS);
        Value cotangent = cotangents
                .map(drawn -> b.real(COTANGENT, shape.length(), drawn.width()))
                .orElseGet(() -> model.likelihood().outputGradient(b, outputs, Likelihood.weights(b, outputs)));
        Set<String> shifts = new LinkedHashSet<>();
        layers.forEach(layer -> shifts.add(layer.shift()));
        Map<String, Value> gradients =
                Vjp.inline(b, tapped, bound, shifts, Map.of(target, cotangent)).gradients();
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        for (TrackedLayer layer : layers) {
            named.put(layer.activations(), primal.get(layer.activations()));
            named.put(layer.shift(), gradients.getOrDefault(
                    layer.shift(), b.fill(0, Shape.of(shape.length(), layer.outputs()))));
        }
        return b.build(named);
    }

    /** No shifts; and where nothing is padding, the mask is a constant that folds away. */
    public static Map<String, Value> bindings(ProgramBuilder b, Model model, BatchShape shape) {
        Map<String, Value> bound = new LinkedHashMap<>();
        model.layers().forEach(layer ->
                bound.put(layer.shift(), b.fill(0, Shape.of(shape.length(), layer.outputs()))));
        if (!shape.masked()) {
            bound.put(Example.FED, b.fill(1, Shape.of(shape.length())));
        }
        return bound;
    }

    private static Set<String> dependents(Program program, String input) {
        boolean[] depends = new boolean[program.nodes().size()];
        for (Node node : program.nodes()) {
            depends[node.value().id()] = node.op() instanceof Op.Input source
                    ? source.name().equals(input)
                    : node.op().operands().stream().anyMatch(operand -> depends[operand.id()]);
        }
        Set<String> names = new LinkedHashSet<>();
        program.outputs().forEach((name, value) -> {
            if (depends[value.id()]) {
                names.add(name);
            }
        });
        return names;
    }
}
