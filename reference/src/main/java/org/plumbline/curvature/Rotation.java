package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.LayerTokens;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The whole-sequence gradients of a layer in its Kronecker eigenbasis, {@code Q_Sᵀ (Σ_t Ds_t ā_tᵀ) Q_A}, by whichever
 * of two ways takes fewer operations for the layer's shape and the sequence's length {@code T}:
 *
 * <ul>
 *   <li>rotate tokens, {@code Σ_t (Q_Sᵀ Ds_t)(Q_Aᵀ ā_t)ᵀ}: {@code 2T(out² + columns²)} beside the sum over tokens;
 *   <li>rotate gradients: {@code 2 out columns (out + columns)} beside it.
 * </ul>
 */
public final class Rotation {
    private Rotation() {}

    /** Whether rotating tokens takes fewer operations. */
    static boolean ofTokens(TrackedLayer layer, int length) {
        double out = layer.outputs();
        double columns = layer.columns();
        return length * (out * out + columns * columns) <= out * columns * (out + columns);
    }

    /** {@code Q_Sᵀ (Σ_t Ds_t ā_tᵀ) Q_A [B, out, columns]}. */
    public static Value rotatedGradients(LayerTokens tokens) {
        TrackedLayer layer = tokens.layer();
        ProgramBuilder b = tokens.b();
        Value qs = qs(b, layer);
        Value qa = qa(b, layer);
        return ofTokens(layer, tokens.length())
                ? b.matmul(b.matmul(tokens.gradients(), qs), true, tokens.rotatedInputs(qa), false)
                : b.matmul(qs, true, b.matmul(tokens.wholeGradients(), qa), false);
    }

    /** {@code Q_S V Q_Aᵀ} for {@code V [B, out, columns]}. */
    public static Value back(ProgramBuilder b, TrackedLayer layer, Value v) {
        return b.matmul(qs(b, layer), false, b.matmul(v, false, qa(b, layer), true), false);
    }

    private static Value qs(ProgramBuilder b, TrackedLayer layer) {
        return b.input(gradientVectors(layer), ElementType.REAL, Shape.of(layer.outputs(), layer.outputs()));
    }

    private static Value qa(ProgramBuilder b, TrackedLayer layer) {
        return b.input(inputVectors(layer), ElementType.REAL, Shape.of(layer.columns(), layer.columns()));
    }

    private static String gradientVectors(TrackedLayer layer) {
        return "qs." + layer.name();
    }

    private static String inputVectors(TrackedLayer layer) {
        return "qa." + layer.name();
    }

    /** The inputs of programs that rotate. */
    public static Map<String, Storage> inputs(List<TrackedLayer> layers, List<KroneckerBasis> bases, Precision precision) {
        Map<String, Storage> inputs = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            inputs.put(gradientVectors(layers.get(i)), Storage.of(precision, bases.get(i).gradientVectors()));
            inputs.put(inputVectors(layers.get(i)), Storage.of(precision, bases.get(i).activationVectors()));
        }
        return inputs;
    }
}
