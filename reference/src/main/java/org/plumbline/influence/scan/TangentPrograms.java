package org.plumbline.influence.scan;

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
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.TokenPrograms;
import org.plumbline.engine.MemoryEstimate;
import org.plumbline.engine.Precision;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The programs of token scores that are derivatives along a query (Grosse et al., 2023, appendix B). The direction
 * {@code P} of a layer's weights enters as the tangent {@code P ā_t} of its pre-activations, so that a query is one
 * forward pass with tangents for all predicted tokens, and that pass and its reverse for all tokens that are read.
 *
 * @param first what depends on no query: both passes, a contraction's scores, and what {@code second} reads
 * @param second from one query's direction to {@link #CELLS}
 */
record TangentPrograms(Program first, Program second) {
    /** Output: the derivative for each position, {@code [B, T]}. */
    static final String CELLS = "cells";

    /** Bytes of the buffers of both. */
    long bytes(Precision precision) {
        return MemoryEstimate.bufferBytes(first, precision) + MemoryEstimate.bufferBytes(second, precision);
    }

    /**
     * @param directions of the layers of the pipeline
     * @param contraction of what the layers see, for the scores of whole sequences
     * @param tokens by predicted token or by token read
     * @throws ModelException if tokens that are read are asked of a model that reads none
     */
    static TangentPrograms of(
            Model model, List<LayerDirection> directions, BatchShape shape, Contraction contraction,
            TokenScores tokens) {
        Program one = switch (tokens) {
            case OUTPUT -> predicted(model, directions, shape);
            case INPUT -> read(decoder(model), directions, shape);
            case NONE, GRADIENT -> throw new IllegalArgumentException(tokens + " is no derivative along a query");
        };
        Set<String> batched = new LinkedHashSet<>();
        one.inputs().keySet().stream().filter(Example::isInput).forEach(batched::add);
        Staging staging = Staging.split(
                Vmap.of(one, shape.size(), batched), name -> !LayerDirection.isInput(name));
        List<TrackedLayer> layers = directions.stream().map(LayerDirection::layer).toList();
        ProgramBuilder b = new ProgramBuilder();
        SequencedMap<String, Value> results = new LinkedHashMap<>(
                b.inline(TokenPrograms.atTrainingLabels(model, layers, shape, contraction), Map.of()));
        results.putAll(b.inline(staging.first(), Map.of()));
        return new TangentPrograms(b.build(results), staging.second().byDemand());
    }

    /**
     * The model as one with tokens.
     *
     * @throws ModelException if it is none
     */
    static Decoder decoder(Model model) {
        if (model instanceof Decoder decoder) {
            return decoder;
        }
        throw new ModelException("scores of the tokens that are read need a model that reads tokens");
    }

    /**
     * {@code L̇_t = ∂L_t/∂z_t · ż_t}, the loss of a position depending on its own outputs alone; where the outputs come
     * from a layer that does not move, {@code (∂L_t/∂z_t W) · ḣ_t}, which spares every query the width of the outputs.
     */
    private static Program predicted(Model model, List<LayerDirection> directions, BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Optional<OutputLayer> head = model.outputLayer().filter(layer -> directions.stream()
                .noneMatch(direction -> direction.layer().weight().equals(layer.weight())));
        String read = head.isPresent() ? Model.HIDDEN : Model.OUTPUTS;
        Jvp.Dual dual = along(b, model.tapped(shape.length()), List.of(Model.OUTPUTS, read), model, directions, shape);
        Value outputs = dual.outputs().get(Model.OUTPUTS);
        Value gradient = model.likelihood().outputGradient(b, outputs, Likelihood.weights(b, outputs));
        if (head.isPresent()) {
            String weight = head.get().weight();
            gradient = b.matmul(gradient, b.input(weight, ElementType.REAL, model.space().shape(weight)));
        }
        return b.build(CELLS, b.sumRows(b.multiply(gradient, dual.tangents().get(read))));
    }

    /** {@code ∂L̇/∂c_t} at {@code c = 1}: the reverse of the pass with tangents. */
    private static Program read(Decoder model, List<LayerDirection> directions, BatchShape shape) {
        ProgramBuilder forward = new ProgramBuilder();
        Value along = along(forward, model.scaledTapped(shape.length()), List.of(Model.LOSS), model, directions, shape)
                .tangents().get(Model.LOSS);
        ProgramBuilder b = new ProgramBuilder();
        return b.build(CELLS, Vjp.inline(b, forward.build(Model.LOSS, along),
                Map.of(Decoder.TOKEN_SCALES, b.fill(1, Shape.of(shape.length()))), Set.of(Decoder.TOKEN_SCALES),
                Map.of(Model.LOSS, b.fill(1, Shape.scalar()))).gradients().get(Decoder.TOKEN_SCALES));
    }

    /** Outputs of a tapped program and their derivatives along the directions. */
    private static Jvp.Dual along(
            ProgramBuilder b, Program tapped, List<String> outputs, Model model, List<LayerDirection> directions,
            BatchShape shape) {
        Map<String, Value> bound = TokenPrograms.bindings(b, model, shape);
        Map<String, Value> primal = b.inline(tapped, bound);
        Map<String, Value> tangents = new LinkedHashMap<>();
        for (LayerDirection direction : directions) {
            TrackedLayer layer = direction.layer();
            tangents.put(layer.shift(), direction.tangent(b, primal.get(layer.activations())));
        }
        return Jvp.inline(b, tapped.select(outputs), bound, tangents);
    }
}
