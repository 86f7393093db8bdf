package org.plumbline.batch;

import java.util.Optional;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * What one layer sees of a batch, as values of the program that is being built.
 *
 * @param inputs {@code a [B, T, in]}
 * @param gradients {@code Ds [B, T, out]}, zero at padding: padding bears no loss and no position sees it
 * @param fed {@code [B, T]}, 1 at fed positions; nothing where all are
 */
public record LayerTokens(ProgramBuilder b, TrackedLayer layer, Value inputs, Value gradients, Optional<Value> fed) {

    public int batch() {
        return inputs.shape().dimension(0);
    }

    public int length() {
        return inputs.shape().dimension(1);
    }

    /** {@code a} with zero rows for padding. */
    public Value fedInputs() {
        return fed.map(mask -> b.multiply(inputs, b.alongRows(mask, inputs))).orElse(inputs);
    }

    /**
     * {@code ā [B, T, columns]}: with the ones column where there is a bias. Padding needs no mask beside {@code Ds}.
     */
    public Value extended() {
        if (layer.bias().isEmpty()) {
            return inputs;
        }
        return b.concatenate(inputs, b.fill(1, Shape.of(batch(), length(), 1)), 2);
    }

    /** {@code ā Q [B, T, columns]} for {@code Q [columns, columns]}, without forming {@code ā}. */
    public Value rotatedInputs(Value q) {
        if (layer.bias().isEmpty()) {
            return b.matmul(inputs, q);
        }
        Value weight = b.slice(q, 0, 0, layer.inputs());
        Value bias = b.reshape(b.slice(q, 0, layer.inputs(), 1), layer.columns());
        return b.add(b.matmul(inputs, weight), bias);
    }

    /** {@code Σ_t Ds_t ā_tᵀ [B, out, columns]}: the gradient of each sequence. */
    public Value wholeGradients() {
        return b.matmul(gradients, true, extended(), false);
    }
}
