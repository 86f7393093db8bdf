package org.plumbline.model.pretrained;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/**
 * The {@code adapter_config.json} of a LoRA adapter, as peft writes it.
 *
 * @param rank of the layers that no pattern names
 * @param alpha of the layers that no pattern names
 * @param ranks by pattern of a layer's name, in order: the first that matches counts
 * @param alphas by pattern of a layer's name
 * @param rootScaled whether the scale is {@code α/√r} (rsLoRA) and not {@code α/r}
 */
record LoraConfig(
        int rank, double alpha, Map<Pattern, Integer> ranks, Map<Pattern, Double> alphas, boolean rootScaled) {
    static final String FILE = "adapter_config.json";

    /** Options that do not change what a trained adapter computes: where it was put, how it began, whence it comes. */
    private static final Set<String> IRRELEVANT = Set.of("peft_type", "r", "lora_alpha", "rank_pattern",
            "alpha_pattern", "use_rslora", "auto_mapping", "base_model_name_or_path", "exclude_modules",
            "target_modules", "layers_pattern", "layers_to_transform", "inference_mode", "lora_dropout",
            "megatron_core", "peft_version", "revision", "task_type", "qalora_group_size", "fan_in_fan_out",
            "eva_config", "corda_config", "lora_ga_config", "bias", "init_lora_weights", "runtime_config");

    private static final String MERGE = "peft's merge_and_unload() makes a model folder without an adapter";

    /** Beginnings that leave the base model's weights as they are; the others subtract something from them. */
    private static final Set<String> PLAIN_BEGINNINGS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    static LoraConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        JsonNode config = Json.read(file);
        if (!config.isObject()) {
            throw new MalformedFileException(file, "found no object, expected one");
        }
        requireText(file, config, "peft_type", Set.of("LORA"));
        requireText(file, config, "bias", Set.of("none"));
        requireText(file, config, "init_lora_weights", PLAIN_BEGINNINGS);
        config.properties().forEach(option -> {
            JsonNode value = option.getValue();
            boolean empty = value.isNull() || value.isBoolean() && !value.booleanValue()
                    || value.isContainer() && value.isEmpty();
            if (!IRRELEVANT.contains(option.getKey()) && !empty) {
                throw new MalformedFileException(file, "option '" + option.getKey() + "': found " + value
                        + ", which is not supported; " + MERGE);
            }
        });
        Map<Pattern, Integer> ranks = new LinkedHashMap<>();
        Map<Pattern, Double> alphas = new LinkedHashMap<>();
        config.path("rank_pattern").properties().forEach(entry ->
                ranks.put(pattern(file, entry.getKey()),
                        rank(file, "rank_pattern." + entry.getKey(), entry.getValue())));
        config.path("alpha_pattern").properties().forEach(entry ->
                alphas.put(pattern(file, entry.getKey()),
                        alpha(file, "alpha_pattern." + entry.getKey(), entry.getValue())));
        return new LoraConfig(rank(file, "r", config.path("r")), alpha(file, "lora_alpha", config.path("lora_alpha")),
                ranks, alphas, config.path("use_rslora").asBoolean(false));
    }

    private static void requireText(Path file, JsonNode config, String option, Set<String> known) {
        JsonNode value = config.path(option);
        boolean fits = value.isMissingNode() && !option.equals("peft_type")
                || (value.isString() || value.isBoolean()) && known.contains(value.asString());
        if (!fits) {
            throw new MalformedFileException(file, "option '" + option + "': found "
                    + (value.isMissingNode() ? "nothing" : value) + ", expected "
                    + String.join(", ", known.stream().sorted().toList()) + "; " + MERGE);
        }
    }

    private static int rank(Path file, String option, JsonNode value) {
        if (!value.isInt() || value.intValue() < 1) {
            throw new MalformedFileException(file, "option '" + option + "': found " + value
                    + ", expected a rank of at least 1");
        }
        return value.intValue();
    }

    private static double alpha(Path file, String option, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new MalformedFileException(file, "option '" + option + "': found " + value + ", expected a number");
        }
        return value.doubleValue();
    }

    /** As peft has it: the end of a layer's name, from a dot on. */
    private static Pattern pattern(Path file, String key) {
        try {
            return Pattern.compile("(.*\\.)?(" + key + ")");
        } catch (PatternSyntaxException e) {
            throw new MalformedFileException(file, "'" + key + "' is no pattern of names: " + e.getDescription(), e);
        }
    }

    int rankOf(String layer) {
        return ranks.entrySet().stream().filter(entry -> entry.getKey().matcher(layer).matches())
                .map(Map.Entry::getValue).findFirst().orElse(rank);
    }

    /** What {@code B·A} of a layer is multiplied by. */
    double scaleOf(String layer) {
        double own = alphas.entrySet().stream().filter(entry -> entry.getKey().matcher(layer).matches())
                .map(Map.Entry::getValue).findFirst().orElse(alpha);
        return own / (rootScaled ? Math.sqrt(rankOf(layer)) : rankOf(layer));
    }
}
