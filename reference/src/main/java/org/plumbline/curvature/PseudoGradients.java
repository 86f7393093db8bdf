package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.plumbline.autodiff.Staging;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Runs a program on the pseudo-gradients {@code Ds} of all tracked layers, for every batch of {@link OutputGradients}
 * of an example. No weight gradient is formed unless the program asks for one.
 */
final class PseudoGradients {
    private static final String COTANGENT = "cotangent";

    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final Compute compute;
    private final OutputGradients outputGradients;
    private final Use use;
    private final Map<String, Storage> extra;
    private final Map<Integer, Queue<Pair>> idle = new ConcurrentHashMap<>();
    private final Map<Integer, Stages> stages = new ConcurrentHashMap<>();

    /** What a program makes of the pseudo-gradients. */
    @FunctionalInterface
    interface Use {
        /**
         * @param activations {@code ā [T, columns]} of the layer, rows of padding zero
         * @param pseudoGradients {@code Ds [batch, T, outputs]}
         * @return the result for the layer
         */
        Value of(ProgramBuilder b, TrackedLayer layer, Value activations, Value pseudoGradients);
    }

    /**
     * @param extra further inputs of the program by name
     */
    PseudoGradients(
            Objective objective, List<TrackedLayer> layers, FisherLabels labels, Compute compute, Use use,
            Map<String, Storage> extra) {
        this.objective = objective;
        this.layers = List.copyOf(layers);
        this.compute = compute;
        this.outputGradients = new OutputGradients(objective, layers, labels, compute);
        this.use = use;
        this.extra = Map.copyOf(extra);
    }

    private record Stages(Optional<Program> first, Program second) {}

    private record Pair(Optional<Executable> first, Executable second) {}

    static String result(TrackedLayer layer) {
        return "result." + layer.name();
    }

    /** {@code ā [T, columns]} of a layer from its activations: with the ones column, and zero rows for padding. */
    static Value extended(ProgramBuilder b, TrackedLayer layer, Value activations) {
        int length = activations.shape().dimension(0);
        Value fed = b.real(Example.FED, length);
        Value masked = b.multiply(activations, b.alongRows(fed, activations));
        return layer.bias().isPresent() ? b.concatenate(masked, b.reshape(fed, length, 1), 1) : masked;
    }

    /** Calls {@code results} with the finished executable after each batch of the example. */
    void forEachBatch(int index, Example example, Consumer<Executable> results) {
        Queue<Pair> queue = idle.computeIfAbsent(example.length(), length -> new ConcurrentLinkedQueue<>());
        Pair polled = queue.poll();
        Pair pair = polled == null ? compile(example.length()) : polled;
        pair.first().ifPresent(first -> {
            first.bindPresent(example.storages(Precision.DOUBLE));
            first.run();
            first.program().outputs().keySet().forEach(name -> pair.second().bind(name, first.output(name)));
        });
        outputGradients.forEachBatch(index, example, cotangents -> {
            pair.second().bind(COTANGENT, Storage.of(cotangents));
            pair.second().run();
            results.accept(pair.second());
        });
        queue.add(pair);
    }

    private Pair compile(int length) {
        Stages ofLength = stages.computeIfAbsent(length, this::stages);
        Optional<Executable> first =
                ofLength.first().map(program -> compute.engine().compile(program, Precision.DOUBLE));
        first.ifPresent(executable -> {
            executable.bindPresentConstants(objective.parameters().storages());
            executable.bindPresent(extra);
        });
        return new Pair(first, compute.engine().compile(ofLength.second(), Precision.DOUBLE));
    }

    private Stages stages(int length) {
        Model model = objective.model();
        Program pullback = pullback(model, length);
        ProgramBuilder b = new ProgramBuilder();
        int batch = outputGradients.batchSize();
        Value cotangents = b.real(COTANGENT, batch, length, outputGradients.classes());
        Map<String, Value> batched =
                Vmap.inline(b, pullback, batch, Map.of(COTANGENT, cotangents), Set.of(COTANGENT));
        Map<String, Value> primal = b.inline(model.tapped(length), noShifts(b, model, length));
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        for (TrackedLayer layer : layers) {
            Value activations = extended(b, layer, primal.get(layer.activations()));
            results.put(result(layer), use.of(b, layer, activations, batched.get(layer.shift())));
        }
        Program program = b.build(results);
        // The pseudo-gradients of an output layer are the cotangents themselves: nothing to compute beforehand.
        if (program.inputs().keySet().equals(Set.of(COTANGENT))) {
            return new Stages(Optional.empty(), program);
        }
        Staging staging = Staging.split(program, name -> !name.equals(COTANGENT));
        return new Stages(Optional.of(staging.first()), staging.second());
    }

    /** {@code Ds} of each layer, under the name of its shift, from one cotangent {@code [T, C]} of the outputs. */
    private Program pullback(Model model, int length) {
        ProgramBuilder b = new ProgramBuilder();
        Set<String> shifts = new LinkedHashSet<>();
        layers.forEach(layer -> shifts.add(layer.shift()));
        Value cotangent = b.real(COTANGENT, length, outputGradients.classes());
        Map<String, Value> gradients = Vjp.inline(
                        b, model.tapped(length), noShifts(b, model, length), shifts,
                        Map.of(outputGradients.target(), cotangent))
                .gradients();
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        layers.forEach(layer -> named.put(layer.shift(), gradients.get(layer.shift())));
        return b.build(named);
    }

    private static Map<String, Value> noShifts(ProgramBuilder b, Model model, int length) {
        Map<String, Value> zeros = new LinkedHashMap<>();
        model.layers().forEach(layer -> zeros.put(layer.shift(), b.fill(0, Shape.of(length, layer.outputs()))));
        return zeros;
    }
}
