package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.LayerTokens;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
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
final class Rotation {
    private Rotation() {}

    /** Whether rotating tokens takes fewer operations. */
    static boolean ofTokens(ParameterBlock block, int length) {
        double out = block.rows();
        double columns = block.columns();
        return length * (out * out + columns * columns) <= out * columns * (out + columns);
    }

    /** {@code Q_Sᵀ (Σ_t Ds_t ā_tᵀ) Q_A [B, out, columns]}. */
    static Value rotatedGradients(LayerTokens tokens) {
        ParameterBlock block = ParameterBlock.of(tokens.layer());
        ProgramBuilder b = tokens.b();
        Value qs = qs(b, block);
        Value qa = qa(b, block);
        return ofTokens(block, tokens.length())
                ? b.matmul(b.matmul(tokens.gradients(), qs), true, tokens.rotatedInputs(qa), false)
                : forth(b, block, tokens.wholeGradients());
    }

    /** {@code Q_Sᵀ V Q_A} for {@code V [B, out, columns]}. */
    static Value forth(ProgramBuilder b, ParameterBlock block, Value v) {
        return b.matmul(qs(b, block), true, b.matmul(v, qa(b, block)), false);
    }

    /** {@code Q_S V Q_Aᵀ} for {@code V [B, out, columns]}. */
    static Value back(ProgramBuilder b, ParameterBlock block, Value v) {
        return b.matmul(qs(b, block), false, b.matmul(v, false, qa(b, block), true), false);
    }

    private static Value qs(ProgramBuilder b, ParameterBlock block) {
        return b.input(gradientVectors(block), ElementType.REAL, Shape.of(block.rows(), block.rows()));
    }

    private static Value qa(ProgramBuilder b, ParameterBlock block) {
        return b.input(inputVectors(block), ElementType.REAL, Shape.of(block.columns(), block.columns()));
    }

    private static String gradientVectors(ParameterBlock block) {
        return "qs." + block.name();
    }

    private static String inputVectors(ParameterBlock block) {
        return "qa." + block.name();
    }

    /** The inputs of programs that rotate. */
    static Map<String, Storage> inputs(
            List<ParameterBlock> blocks, List<KroneckerBasis> bases, Precision precision) {
        Map<String, Storage> inputs = new LinkedHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            inputs.put(gradientVectors(blocks.get(i)), Storage.of(precision, bases.get(i).gradientVectors()));
            inputs.put(inputVectors(blocks.get(i)), Storage.of(precision, bases.get(i).activationVectors()));
        }
        return inputs;
    }
}
