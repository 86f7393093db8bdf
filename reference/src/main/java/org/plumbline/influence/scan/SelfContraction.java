package org.plumbline.influence.scan;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.LayerCurvature;
import org.plumbline.curvature.Rotation;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/** {@code ‖(C + λ)^{−1/2} g_m‖²} of each sequence: the gradient in the basis, times {@code (D + λ)^{−1/2}}, squared. */
final class SelfContraction {
    private SelfContraction() {}

    static Scoring of(Pipeline pipeline, FittedCurvature curvature) {
        Set<String> inBasis = new HashSet<>();
        Map<String, Storage> extra = new LinkedHashMap<>();
        for (LayerCurvature layer : curvature.layers()) {
            double[] root = layer.inverse();
            for (int i = 0; i < root.length; i++) {
                root[i] = Math.sqrt(root[i]);
            }
            extra.put(root(layer.layer()), Storage.of(pipeline.precision(), root));
            layer.basis().ifPresent(basis -> {
                inBasis.add(layer.layer().name());
                extra.putAll(Rotation.inputs(List.of(layer.layer()), List.of(basis), pipeline.precision()));
            });
        }
        return new Scoring((tokens, results) -> emit(tokens, inBasis.contains(tokens.layer().name()), results),
                extra, 1, false, 1);
    }

    public static void emit(LayerTokens tokens, boolean inBasis, SequencedMap<String, Value> results) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        Value gradient = inBasis ? Rotation.rotatedGradients(tokens) : tokens.wholeGradients();
        Value root = b.input(root(layer), ElementType.REAL, Shape.of(layer.outputs(), layer.columns()));
        Value scaled = b.multiply(gradient, root);
        Value norm = b.sum(b.multiply(scaled, scaled), 1, 2);
        results.put(Scoring.scores(layer), b.reshape(norm, tokens.batch(), 1));
    }

    private static String root(TrackedLayer layer) {
        return "root." + layer.name();
    }
}
