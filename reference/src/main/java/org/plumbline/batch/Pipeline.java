package org.plumbline.batch;

import java.util.List;
import java.util.Map;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/**
 * A fold over sequences for the influence of some layers: what all passes of a fit, of queries and of a scan share.
 *
 * @param parameters of the model, in the precision of the programs
 * @param layers in the order of the forward pass
 * @param batch sequences that a program runs on at once
 * @param shard sequences whose sums are formed before they are merged with others, a multiple of {@code batch}
 */
public record Pipeline(
        Model model, Parameters parameters, List<TrackedLayer> layers, Compute compute, int batch, int shard)
        implements FoldContext {

    /** Sequences of a micro-batch whose arrays stay near a core's cache. */
    public static final int DEFAULT_BATCH = 4;

    /** Sequences of a shard: merging costs little beside it, and a checkpoint is never far. */
    public static final int DEFAULT_SHARD = 32;

    /**
     * @throws ModelException if the parameters are another model's, there is no layer, or a layer is not the model's
     */
    public Pipeline {
        layers = List.copyOf(layers);
        if (!parameters.space().equals(model.space())) {
            throw new ModelException("the parameters belong to another model");
        }
        if (layers.isEmpty()) {
            throw new ModelException("influence needs at least one layer; the model has "
                    + model.layers().stream().map(TrackedLayer::name).toList());
        }
        for (TrackedLayer layer : layers) {
            if (!model.layers().contains(layer)) {
                throw new ModelException("layer '" + layer.name() + "' is not one of the model's");
            }
        }
        FoldContext.requireSizes(batch, shard);
    }

    /** A pipeline with the sizes that suit most models; parameters are copied if their precision is another. */
    public static Pipeline of(
            Model model, Parameters parameters, List<TrackedLayer> layers, Precision precision, Compute compute) {
        Parameters converted = parameters.precision() == precision ? parameters : parameters.copy(precision);
        return new Pipeline(model, converted, layers, compute, DEFAULT_BATCH, DEFAULT_SHARD);
    }

    /** The parameters. */
    @Override
    public Map<String, Storage> constants() {
        return parameters.storages();
    }

    /** The precision of the programs. */
    @Override
    public Precision precision() {
        return parameters.precision();
    }
}
