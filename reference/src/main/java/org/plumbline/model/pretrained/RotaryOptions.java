package org.plumbline.model.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;

/**
 * Rotary embeddings as configurations spell them: {@code rope_parameters} (transformers 5), or {@code rope_theta} and
 * {@code rope_scaling} (transformers 4; GPT-NeoX has {@code rotary_emb_base} and {@code rotary_pct}). Given both
 * ways they must agree.
 */
final class RotaryOptions {
    private static final String PARAMETERS = "rope_parameters";
    private static final String SCALING = "rope_scaling";
    private static final String THETA = "rope_theta";
    private static final String SHARE = "partial_rotary_factor";

    private RotaryOptions() {}

    /**
     * @param baseKey what {@code rope_theta} is also called outside of {@code rope_parameters}
     * @param shareKey what {@code partial_rotary_factor} is also called
     * @param base where the configuration does not say
     * @param share of a head's dimensions that is rotated where the configuration does not say
     */
    static RotaryEmbedding read(
            ConfigOptions options, String baseKey, String shareKey, double base, double share, int headSize) {
        ConfigOptions parameters = options.inside(PARAMETERS);
        ConfigOptions older = options.inside(SCALING);
        refuseUnread(options, parameters, THETA, baseKey);
        refuseUnread(options, parameters, SHARE, shareKey);
        double theta = agreed(options, parameters, THETA, List.of(THETA, baseKey), base);
        double part = agreed(options, parameters, SHARE, List.of(SHARE, shareKey), share);
        if (options.has(SCALING) && options.has(PARAMETERS)) {
            throw options.unexpected(SCALING, "nothing beside " + PARAMETERS);
        }
        RotaryScaling scaling = scaling(options.has(SCALING) ? older : parameters);
        if (!(part > 0 && part <= 1)) {
            throw options.unexpected(PARAMETERS, "a share of rotated dimensions above 0 and at most 1, not " + part);
        }
        parameters.finish(List.of());
        older.finish(List.of());
        return new RotaryEmbedding((int) (headSize * part), theta, scaling);
    }

    /**
     * An architecture that has a name of its own for an option is read by that name alone: the public library passes
     * the general one over, and a model that honored it would be another.
     */
    private static void refuseUnread(ConfigOptions options, ConfigOptions parameters, String key, String own) {
        if (!own.equals(key) && options.has(key) && !options.has(own) && !parameters.has(key)) {
            throw options.unexpected(key, "nothing: this architecture's name for it is " + own
                    + " (or " + PARAMETERS + "." + key + "), and transformers ignores the other");
        }
    }

    private static double agreed(
            ConfigOptions options, ConfigOptions parameters, String key, List<String> older, double otherwise) {
        double value = parameters.number(key, Double.NaN);
        for (String name : older) {
            double found = options.number(name, Double.NaN);
            if (!Double.isNaN(value) && !Double.isNaN(found) && found != value) {
                throw options.unexpected(name, value + " as elsewhere in the file");
            }
            value = Double.isNaN(found) ? value : found;
        }
        return Double.isNaN(value) ? otherwise : value;
    }

    static RotaryScaling scaling(ConfigOptions options) {
        String key = options.has("rope_type") ? "rope_type" : "type";
        String type = options.text(key, "default");
        // Older files repeat the type under its other name.
        if (!options.text("type", type).equals(type)) {
            throw options.unexpected("type", type + " as in rope_type");
        }
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(options.number("factor"));
            case "llama3" -> new RotaryScaling.Llama3(options.number("factor"), options.number("low_freq_factor"),
                    options.number("high_freq_factor"), options.integer("original_max_position_embeddings", 1));
            default -> throw options.unexpected(key, "default, linear or llama3: no other scaling is supported");
        };
    }

    /** What {@code rope_scaling} says of a scaling, or {@code null} for none. */
    static @Nullable Map<String, Object> write(RotaryScaling scaling) {
        Map<String, Object> options = new LinkedHashMap<>();
        switch (scaling) {
            case RotaryScaling.None _ -> {
                return null;
            }
            case RotaryScaling.Linear(double factor) -> {
                options.put("rope_type", "linear");
                options.put("factor", factor);
            }
            case RotaryScaling.Llama3(double factor, double low, double high, int context) -> {
                options.put("rope_type", "llama3");
                options.put("factor", factor);
                options.put("low_freq_factor", low);
                options.put("high_freq_factor", high);
                options.put("original_max_position_embeddings", context);
            }
        }
        return options;
    }
}
