package org.plumbline.verification.pretrained;

import java.util.Locale;
import org.plumbline.model.TrackedLayer;

/**
 * What a linear layer {@code [outputs, inputs]} costs in EK-FAC, in double precision.
 *
 * @param name the layer
 * @param role what it serves, in lower case
 * @param outputs rows of {@code W̄}
 * @param columns of {@code W̄}, the bias included
 * @param parameters {@code outputs · columns}
 * @param factorBytes of {@code A [columns, columns]} and {@code S [outputs, outputs]}
 * @param ekfacBytes of both eigenbases and {@code Λ [outputs, columns]}, which are what remains after fitting
 * @param gradientBytes of one gradient or preconditioned query
 */
public record LayerCost(
        String name, String role, int outputs, int columns, long parameters, long factorBytes, long ekfacBytes,
        long gradientBytes) {

    static LayerCost of(TrackedLayer layer) {
        long rows = layer.outputs();
        long columns = layer.columns();
        long factors = Double.BYTES * (rows * rows + columns * columns);
        long matrix = Double.BYTES * rows * columns;
        return new LayerCost(layer.name(), layer.role().name().toLowerCase(Locale.ROOT), layer.outputs(),
                layer.columns(), rows * columns, factors, factors + matrix, matrix);
    }
}
