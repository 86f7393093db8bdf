package org.plumbline.curvature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plumbline.batch.LayerTokens;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * A {@link ClosedFormInverse} within the programs of a pass over sequences, where the gradient of a sequence is rotated
 * as it is formed, by {@link Rotation}'s cheaper way.
 */
public final class ClosedFormPrograms {
    private ClosedFormPrograms() {}

    /** The names of the layers that have a basis of their own. */
    public static Set<String> inBasis(ClosedFormInverse inverse) {
        List<ParameterBlock> blocks = inverse.space().blocks();
        return IntStream.range(0, blocks.size())
                .filter(i -> inverse.curvature().basis(i).isPresent())
                .mapToObj(i -> blocks.get(i).name())
                .collect(Collectors.toSet());
    }

    /** {@code (C + λ)⁻¹ Σ_t Ds_t ā_tᵀ [B, out, columns]} of a layer. */
    public static Value preconditioned(LayerTokens tokens, boolean inBasis) {
        ProgramBuilder b = tokens.b();
        Value scaled = b.multiply(gradients(tokens, inBasis), input(tokens, "inverse."));
        return inBasis ? Rotation.back(b, ParameterBlock.of(tokens.layer()), scaled) : scaled;
    }

    /** {@code ‖(C + λ)^{−1/2} g‖² [B]} of a layer, {@code g} the gradient of each sequence. */
    public static Value squaredNorms(LayerTokens tokens, boolean inBasis) {
        ProgramBuilder b = tokens.b();
        Value scaled = b.multiply(gradients(tokens, inBasis), input(tokens, "root."));
        return b.sum(b.multiply(scaled, scaled), 1, 2);
    }

    private static Value gradients(LayerTokens tokens, boolean inBasis) {
        return inBasis ? Rotation.rotatedGradients(tokens) : tokens.wholeGradients();
    }

    private static Value input(LayerTokens tokens, String prefix) {
        return tokens.b().input(prefix + tokens.layer().name(), ElementType.REAL,
                Shape.of(tokens.layer().outputs(), tokens.layer().columns()));
    }

    /** The inputs of these programs, beside those of the pass. */
    public static Map<String, Storage> inputs(ClosedFormInverse inverse, Precision precision) {
        BlockSpace space = inverse.space();
        double[] reciprocals = inverse.reciprocals();
        Map<String, Storage> inputs = new LinkedHashMap<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            ParameterBlock block = space.blocks().get(i);
            double[] own = Arrays.copyOfRange(reciprocals, space.offset(i), space.offset(i + 1));
            inputs.put("inverse." + block.name(), Storage.of(precision, own));
            inputs.put("root." + block.name(), Storage.of(precision, Arrays.stream(own).map(Math::sqrt).toArray()));
            inverse.curvature().basis(i).ifPresent(basis ->
                    inputs.putAll(Rotation.inputs(List.of(block), List.of(basis), precision)));
        }
        return inputs;
    }
}
