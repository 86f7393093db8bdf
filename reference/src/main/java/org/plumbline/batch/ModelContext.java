package org.plumbline.batch;

import java.util.Map;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;

/**
 * A fold that concerns no layers in particular: training, losses, and derivatives in any parameters.
 *
 * @param constants the parameters; empty where they move and every run is given them
 */
public record ModelContext(
        Model model, Map<String, Storage> constants, Precision precision, Compute compute, int batch, int shard)
        implements FoldContext {

    /**
     * @throws IllegalArgumentException if a shard is not a multiple of a micro-batch
     */
    public ModelContext {
        FoldContext.requireSizes(batch, shard);
    }

    /** At parameters that stay. */
    public static ModelContext at(Model model, Parameters parameters, Compute compute, int batch, int shard) {
        return new ModelContext(model, parameters.storages(), parameters.precision(), compute, batch, shard);
    }

    /** At parameters that every run is given; each micro-batch is a shard. */
    public static ModelContext moving(Model model, Precision precision, Compute compute, int batch) {
        return new ModelContext(model, Map.of(), precision, compute, batch, batch);
    }
}
