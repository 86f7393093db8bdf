package org.plumbline.verification.truth;

import java.util.Map;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Parameters;

/**
 * Parameters {@code θs + δ} with {@code δ} in a space of blocks. The arrays stay the same, so that what they are bound
 * to sees every move.
 */
final class ShiftedParameters {
    private final BlockSpace space;
    private final double[] origin;
    private final Parameters moved;

    ShiftedParameters(Parameters origin, BlockSpace space) {
        this.space = space;
        this.moved = origin.copy(Precision.DOUBLE);
        Map<String, double[]> values = space.unflatten(new double[space.dimension()]);
        values.replaceAll((name, zeros) -> origin.doubles(name));
        this.origin = space.flatten(values);
    }

    Parameters parameters() {
        return moved;
    }

    Map<String, Storage> storages() {
        return moved.storages();
    }

    /** Moves to {@code θs + δ}. */
    void moveTo(double[] delta) {
        double[] sum = origin.clone();
        Vectors.axpy(1, delta, sum);
        space.unflatten(sum).forEach((name, values) ->
                System.arraycopy(values, 0, moved.doubles(name), 0, values.length));
    }
}
