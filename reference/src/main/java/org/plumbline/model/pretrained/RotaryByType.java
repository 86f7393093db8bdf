package org.plumbline.model.pretrained;

import java.util.List;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;

/**
 * Rotary embeddings of blocks that see all earlier positions and of those that see a window: {@code rope_parameters}
 * with an object for each (transformers 5), or {@code rope_theta} and {@code rope_scaling}, which say nothing of
 * the scaling of blocks with a window (transformers 4).
 *
 * @param full of blocks that see all
 * @param sliding of blocks that see a window
 */
record RotaryByType(RotaryEmbedding full, RotaryEmbedding sliding) {
    private static final String PARAMETERS = "rope_parameters";
    private static final String SCALING = "rope_scaling";
    private static final String THETA = "rope_theta";

    RotaryEmbedding of(String type) {
        return type.equals(LlamaShape.SLIDING) ? sliding : full;
    }

    /**
     * @param base of blocks that see all, where the configuration does not say
     * @param slidingKey what the base of the others is called outside of {@code rope_parameters}, or nothing where it
     *     is {@code rope_theta} as well
     * @param slidingBase of the others, where the configuration does not say
     */
    static RotaryByType read(
            ConfigOptions options, int headSize, double base, String slidingKey, double slidingBase) {
        ConfigOptions parameters = options.inside(PARAMETERS);
        ConfigOptions scaling = options.inside(SCALING);
        if (options.has(PARAMETERS) && options.has(SCALING)) {
            throw options.unexpected(SCALING, "nothing beside " + PARAMETERS);
        }
        if (options.has(PARAMETERS) && options.has(THETA)) {
            throw options.unexpected(THETA, "nothing beside " + PARAMETERS);
        }
        double theta = options.number(THETA, base);
        // Transformers takes rope_theta away as it reads it for the first kind: the second has its default.
        double local = slidingKey.isEmpty() ? slidingBase : options.number(slidingKey, slidingBase);
        RotaryEmbedding full = options.has(SCALING)
                ? new RotaryEmbedding(headSize, theta, RotaryOptions.scaling(scaling))
                : read(parameters.inside(LlamaShape.FULL), headSize, theta);
        RotaryEmbedding sliding = read(parameters.inside(LlamaShape.SLIDING), headSize, local);
        scaling.finish(List.of());
        parameters.finish(List.of());
        return new RotaryByType(full, sliding);
    }

    private static RotaryEmbedding read(ConfigOptions options, int headSize, double base) {
        double theta = options.number(THETA, base);
        RotaryScaling scaling = RotaryOptions.scaling(options);
        options.finish(List.of());
        return new RotaryEmbedding(headSize, theta, scaling);
    }
}
