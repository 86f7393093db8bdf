package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Small configurations of the families that a page describes, with options that change what they compute: windows of
 * attention, norms of queries and keys, soft-caps, multipliers, blocks without positions.
 */
final class FamilyOptions {
    /** Those with gated MLPs. */
    static final List<String> GATED = List.of("mistral", "qwen3", "phi3", "gemma", "gemma2", "gemma3_text", "smollm3",
            "olmo3", "granite");

    /** All of them. */
    static final List<String> TYPES = List.of("mistral", "qwen3", "phi3", "gemma", "gemma2", "gemma3_text", "smollm3",
            "olmo3", "granite", "gptj", "opt", "starcoder2");

    private final SplittableRandom random;
    private final Map<String, Object> options = new LinkedHashMap<>();

    FamilyOptions(SplittableRandom random) {
        this.random = random;
    }

    /** A configuration of one of these types. */
    Map<String, Object> draw(
            List<String> types, int vocabulary, int context, int blocks, boolean tied, boolean softCaps) {
        String type = types.get(random.nextInt(types.size()));
        options.put("model_type", type);
        options.put("vocab_size", vocabulary);
        switch (type) {
            case "gptj" -> gptJ(context, blocks);
            case "opt" -> opt(context, blocks, tied);
            default -> {
                shape(type, context, blocks);
                options.put("tie_word_embeddings", tied);
                own(type, blocks, softCaps);
            }
        }
        return options;
    }

    private void shape(String type, int context, int blocks) {
        int groups = Draw.between(random, 1, 2);
        int heads = groups * Draw.between(random, 1, 2);
        int size = 2 * Draw.between(random, 1, 2);
        boolean whole = List.of("phi3", "smollm3", "olmo3", "starcoder2").contains(type);
        options.put("hidden_size", whole ? heads * size : Draw.between(random, 3, 6));
        options.put("num_hidden_layers", blocks);
        options.put("num_attention_heads", heads);
        options.put("num_key_value_heads", groups);
        if (!whole) {
            options.put("head_dim", size);
        }
        options.put("intermediate_size", Draw.between(random, 3, 5));
        options.put("max_position_embeddings", context);
        options.put(type.startsWith("gemma") && !type.equals("gemma") ? "hidden_activation" : "hidden_act",
                activation());
        if (type.equals("gemma3_text") || type.equals("olmo3")) {
            options.put("rope_parameters", Map.of(
                    "full_attention", Map.of("rope_theta", base()), "sliding_attention", Map.of("rope_theta", base())));
        } else {
            options.put("rope_theta", base());
        }
    }

    private void own(String type, int blocks, boolean softCaps) {
        switch (type) {
            case "mistral", "starcoder2" -> options.put("sliding_window", random.nextBoolean() ? null : window());
            case "qwen3" -> {
                options.put("use_sliding_window", true);
                options.put("sliding_window", window());
                options.put("max_window_layers", 1);
                bias();
            }
            case "phi3" -> options.put("sliding_window", window());
            case "gemma" -> bias();
            case "gemma2", "gemma3_text" -> {
                types(blocks);
                options.put("query_pre_attn_scalar", Draw.between(random, 1, 6));
                options.put("attn_logit_softcapping", random.nextBoolean() ? null : cap());
                options.put("final_logit_softcapping", !softCaps || random.nextBoolean() ? null : cap());
                bias();
            }
            case "smollm3" -> {
                List<Integer> rotated = new ArrayList<>();
                for (int block = 0; block < blocks; block++) {
                    rotated.add(random.nextInt(2));
                }
                options.put("no_rope_layers", rotated);
                types(blocks);
                bias();
            }
            case "olmo3" -> {
                types(blocks);
                bias();
            }
            case "granite" -> {
                for (String multiplier : List.of("embedding_multiplier", "attention_multiplier", "residual_multiplier",
                        "logits_scaling")) {
                    options.put(multiplier, 0.5 + random.nextDouble());
                }
                bias();
            }
            default -> throw new AssertionError(type);
        }
    }

    private void types(int blocks) {
        List<String> types = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            types.add(random.nextBoolean() ? "sliding_attention" : "full_attention");
        }
        options.put("layer_types", types);
        options.put("sliding_window", window());
    }

    private void gptJ(int context, int blocks) {
        int heads = Draw.between(random, 1, 2);
        int size = Draw.between(random, 2, 4);
        options.put("n_embd", heads * size);
        options.put("n_head", heads);
        options.put("n_layer", blocks);
        options.put("n_positions", context);
        options.put("n_inner", Draw.between(random, 3, 5));
        options.put("rotary_dim", 2 * Draw.between(random, 1, size / 2));
        options.put("activation_function", activation());
    }

    private void opt(int context, int blocks, boolean tied) {
        int heads = Draw.between(random, 1, 2);
        options.put("hidden_size", heads * Draw.between(random, 2, 3));
        options.put("num_attention_heads", heads);
        options.put("num_hidden_layers", blocks);
        options.put("max_position_embeddings", context);
        options.put("ffn_dim", Draw.between(random, 3, 5));
        // Laws differentiate by finite differences, and so on a smooth function.
        options.put("activation_function", activation());
        options.put("enable_bias", random.nextBoolean());
        options.put("tie_word_embeddings", tied);
    }

    private void bias() {
        options.put("attention_bias", random.nextBoolean());
    }

    private String activation() {
        return List.of("gelu", "gelu_new", "silu").get(random.nextInt(3));
    }

    /** Not far from 1, so that all frequencies turn within a few positions. */
    private double base() {
        return 2 + 10 * random.nextDouble();
    }

    private int window() {
        return Draw.between(random, 1, 3);
    }

    /** Low enough to be felt. */
    private double cap() {
        return 1 + 2 * random.nextDouble();
    }
}
