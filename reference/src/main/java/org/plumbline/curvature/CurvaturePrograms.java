package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Vjp;
import org.plumbline.batch.BatchPrograms;
import org.plumbline.batch.BatchShape;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The exact first and second derivatives of a batch's loss, the sum over its sequences, on a space of blocks, as
 * programs. Inputs are the model's parameters, the sequences and, for products, a direction for each block; outputs are
 * a result for each block.
 */
public final class CurvaturePrograms {
    private CurvaturePrograms() {}

    /** {@code ∇L}. */
    public static Program gradient(Model model, BlockSpace space, BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> gradients = Vjp.inline(
                        b, BatchPrograms.loss(model, shape), Map.of(), space.parameters(),
                        Map.of(Model.LOSS, b.fill(1, Shape.scalar())))
                .gradients();
        return b.build(new LinkedHashMap<>(space.results(b, gradients)));
    }

    /** {@code ∇²L v}: the gradient's program, differentiated forward along the direction. */
    public static Program hessianProduct(Model model, BlockSpace space, BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Program gradient = gradient(model, space, shape);
        Jvp.Dual dual = Jvp.inline(b, gradient, Map.of(), space.directions(b));
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        gradient.outputs().forEach((name, value) ->
                results.put(name, dual.tangents().getOrDefault(name, b.fill(0, value.shape()))));
        return b.build(results);
    }

    /** {@code Jᵀ H_z J v}: forward to the outputs, through the likelihood's Hessian in them, and back. */
    public static Program gaussNewtonProduct(Model model, BlockSpace space, BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Program outputs = BatchPrograms.of(model.outputs(shape.length()), shape);
        Jvp.Dual dual = Jvp.inline(b, outputs, Map.of(), space.directions(b));
        Value z = dual.outputs().get(Model.OUTPUTS);
        Value tangent = dual.tangents().get(Model.OUTPUTS);
        Value u = model.likelihood().hessianProduct(b, z, Likelihood.weights(b, z), tangent);
        Map<String, Value> gradients =
                Vjp.inline(b, outputs, Map.of(), space.parameters(), Map.of(Model.OUTPUTS, u)).gradients();
        return b.build(new LinkedHashMap<>(space.results(b, gradients)));
    }
}
