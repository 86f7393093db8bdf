package org.plumbline.influence.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plumbline.curvature.KroneckerBasis;
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
        Map<String, Optional<KroneckerBasis>> bases = new LinkedHashMap<>();
        Map<String, Storage> extra = new LinkedHashMap<>();
        for (LayerCurvature layer : curvature.layers()) {
            bases.put(layer.layer().name(), layer.basis());
            double[] root = layer.inverse();
            for (int i = 0; i < root.length; i++) {
                root[i] = Math.sqrt(root[i]);
            }
            extra.put(root(layer.layer()), Storage.of(pipeline.precision(), root));
            layer.basis().ifPresent(basis -> extra.putAll(
                    Rotation.inputs(List.of(layer.layer()), List.of(basis), pipeline.precision())));
        }
        Contraction contraction = (tokens, results) -> {
            ProgramBuilder b = tokens.b();
            TrackedLayer layer = tokens.layer();
            Value gradient = bases.get(layer.name()).isPresent()
                    ? Rotation.rotatedGradients(tokens)
                    : tokens.wholeGradients();
            Value root = b.input(root(layer), ElementType.REAL, Shape.of(layer.outputs(), layer.columns()));
            Value scaled = b.multiply(gradient, root);
            Value norm = b.sum(b.multiply(scaled, scaled), 1, 2);
            results.put(Scoring.scores(layer), b.reshape(norm, tokens.batch(), 1));
        };
        return new Scoring(contraction, extra, 1, false, 1);
    }

    private static String root(TrackedLayer layer) {
        return "root." + layer.name();
    }
}
