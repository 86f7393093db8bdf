package org.plumbline.model.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plumbline.io.Json;
import org.plumbline.model.Decoder;

/**
 * The options that published models come with are known, and make models of their published size. Without their
 * weights: the number of parameters is the one that their pages state.
 */
class PublishedConfigurationsTest {

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("GPT-2", 124_439_808L, """
                {"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
                 "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02,
                 "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12,
                 "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1, "summary_activation": null,
                 "summary_first_dropout": 0.1, "summary_proj_to_labels": true, "summary_type": "cls_index",
                 "summary_use_proj": true, "task_specific_params": {"text-generation": {"max_length": 50}},
                 "vocab_size": 50257}"""),
                Arguments.of("Pythia-70M", 70_426_624L, """
                {"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "gelu",
                 "hidden_size": 512, "initializer_range": 0.02, "intermediate_size": 2048, "layer_norm_eps": 1e-05,
                 "max_position_embeddings": 2048, "model_type": "gpt_neox", "num_attention_heads": 8,
                 "num_hidden_layers": 6, "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": false,
                 "torch_dtype": "float16", "transformers_version": "4.24.0", "use_cache": true,
                 "use_parallel_residual": true, "vocab_size": 50304}"""),
                Arguments.of("SmolLM2-135M", 134_515_008L, """
                {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
                 "initializer_range": 0.041666666666666664, "intermediate_size": 1536, "is_llama_config": true,
                 "max_position_embeddings": 8192, "model_type": "llama", "num_attention_heads": 9,
                 "num_hidden_layers": 30, "num_key_value_heads": 3, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
                 "rope_interleaved": false, "rope_scaling": null, "rope_theta": 100000, "tie_word_embeddings": true,
                 "torch_dtype": "bfloat16", "transformers_version": "4.40.1", "use_cache": true,
                 "vocab_size": 49152}"""),
                Arguments.of("TinyLlama-1.1B", 1_100_048_384L, """
                {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 1,
                 "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
                 "intermediate_size": 5632, "max_position_embeddings": 2048, "model_type": "llama",
                 "num_attention_heads": 32, "num_hidden_layers": 22, "num_key_value_heads": 4, "pretraining_tp": 1,
                 "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0, "tie_word_embeddings": false,
                 "torch_dtype": "bfloat16", "transformers_version": "4.35.0", "use_cache": true,
                 "vocab_size": 32000}"""),
                Arguments.of("Llama-3.2-1B", 1_235_814_400L, """
                {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "bos_token_id": 128000, "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu",
                 "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
                 "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
                 "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8, "pretraining_tp": 1,
                 "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0,
                 "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
                 "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
                 "transformers_version": "4.45.0", "use_cache": true, "vocab_size": 128256}"""),
                Arguments.of("Qwen2.5-0.5B", 494_032_768L, """
                {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
                 "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 896, "initializer_range": 0.02,
                 "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 24,
                 "model_type": "qwen2", "num_attention_heads": 14, "num_hidden_layers": 24,
                 "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
                 "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.40.1",
                 "use_cache": true, "use_mrope": false, "use_sliding_window": false, "vocab_size": 151936}"""),
                Arguments.of("OLMo-2-1B", 1_484_916_736L, """
                {"architectures": ["Olmo2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
                 "intermediate_size": 8192, "max_position_embeddings": 4096, "model_type": "olmo2",
                 "num_attention_heads": 16, "num_hidden_layers": 16, "num_key_value_heads": 16,
                 "pad_token_id": 100277, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 500000,
                 "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.47.0",
                 "use_cache": false, "vocab_size": 100352}"""),
                Arguments.of("Mistral-7B-v0.1", 7_241_732_096L, """
                {"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu",
                 "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
                 "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32,
                 "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
                 "sliding_window": 4096, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
                 "transformers_version": "4.34.0.dev0", "use_cache": true, "vocab_size": 32000}"""),
                Arguments.of("Qwen3-0.6B", 596_049_920L, """
                {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
                 "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072,
                 "max_position_embeddings": 40960, "max_window_layers": 28, "model_type": "qwen3",
                 "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
                 "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null, "tie_word_embeddings": true,
                 "torch_dtype": "bfloat16", "transformers_version": "4.51.0", "use_cache": true,
                 "use_sliding_window": false, "vocab_size": 151936}"""),
                Arguments.of("Phi-3-mini-4k", 3_821_079_552L, """
                {"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "bos_token_id": 1, "embd_pdrop": 0.0,
                 "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02,
                 "intermediate_size": 8192, "max_position_embeddings": 4096, "model_type": "phi3",
                 "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32,
                 "original_max_position_embeddings": 4096, "pad_token_id": 32000, "resid_pdrop": 0.0,
                 "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0, "sliding_window": 2047,
                 "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.40.2",
                 "use_cache": true, "vocab_size": 32064}"""),
                Arguments.of("Gemma-2-2B", 2_614_341_888L, """
                {"architectures": ["Gemma2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "attn_logit_softcapping": 50.0, "bos_token_id": 2, "cache_implementation": "hybrid",
                 "eos_token_id": 1, "final_logit_softcapping": 30.0, "head_dim": 256,
                 "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304,
                 "initializer_range": 0.02, "intermediate_size": 9216, "max_position_embeddings": 8192,
                 "model_type": "gemma2", "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4,
                 "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0,
                 "sliding_window": 4096, "torch_dtype": "float32", "transformers_version": "4.42.4",
                 "use_cache": true, "vocab_size": 256000}"""),
                Arguments.of("Gemma-3-1B", 999_885_952L, """
                {"architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "attn_logit_softcapping": null, "bos_token_id": 2, "cache_implementation": "hybrid",
                 "eos_token_id": 1, "final_logit_softcapping": null, "head_dim": 256,
                 "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
                 "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text",
                 "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1, "pad_token_id": 0,
                 "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000,
                 "rope_scaling": null, "rope_theta": 1000000, "sliding_window": 512, "sliding_window_pattern": 6,
                 "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0", "use_cache": true,
                 "vocab_size": 262144}"""),
                Arguments.of("SmolLM3-3B", 3_075_098_624L, """
                {"architectures": ["SmolLM3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "bos_token_id": null, "eos_token_id": 128012, "hidden_act": "silu", "hidden_size": 2048,
                 "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 65536,
                 "max_window_layers": 28, "mlp_bias": false, "model_type": "smollm3", "no_rope_layer_interval": 4,
                 "num_attention_heads": 16, "num_hidden_layers": 36, "num_key_value_heads": 4, "pad_token_id": 128004,
                 "pretraining_tp": 2, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 5000000.0,
                 "sliding_window": null, "torch_dtype": "bfloat16", "transformers_version": "4.54.0.dev0",
                 "use_cache": false, "use_sliding_window": false, "vocab_size": 128256}"""),
                Arguments.of("GPT-J-6B", 6_050_882_784L, """
                {"activation_function": "gelu_new", "architectures": ["GPTJForCausalLM"], "attn_pdrop": 0.0,
                 "bos_token_id": 50256, "embd_pdrop": 0.0, "eos_token_id": 50256, "gradient_checkpointing": false,
                 "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gptj", "n_embd": 4096,
                 "n_head": 16, "n_inner": null, "n_layer": 28, "n_positions": 2048, "resid_pdrop": 0.0,
                 "rotary": true, "rotary_dim": 64, "scale_attn_weights": true, "summary_activation": null,
                 "summary_first_dropout": 0.1, "summary_proj_to_labels": true, "summary_type": "cls_index",
                 "summary_use_proj": true, "task_specific_params": {"text-generation": {"do_sample": true}},
                 "tie_word_embeddings": false, "tokenizer_class": "GPT2Tokenizer",
                 "transformers_version": "4.18.0.dev0", "use_cache": true, "vocab_size": 50400}"""),
                Arguments.of("OPT-125M", 125_239_296L, """
                {"_name_or_path": "opt-125m", "_remove_final_layer_norm": false, "activation_dropout": 0.0,
                 "activation_function": "relu", "architectures": ["OPTForCausalLM"], "attention_dropout": 0.0,
                 "bos_token_id": 2, "do_layer_norm_before": true, "dropout": 0.1, "eos_token_id": 2, "ffn_dim": 3072,
                 "hidden_size": 768, "init_std": 0.02, "layerdrop": 0.0, "max_position_embeddings": 2048,
                 "model_type": "opt", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1,
                 "prefix": "</s>", "torch_dtype": "float16", "transformers_version": "4.21.0.dev0",
                 "use_cache": true, "vocab_size": 50272, "word_embed_proj_dim": 768}"""),
                Arguments.of("StarCoder2-3B", 3_030_371_328L, """
                {"architectures": ["Starcoder2ForCausalLM"], "attention_dropout": 0.1, "bos_token_id": 0,
                 "embedding_dropout": 0.1, "eos_token_id": 0, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 3072,
                 "initializer_range": 0.018042, "intermediate_size": 12288, "max_position_embeddings": 16384,
                 "mlp_type": "default", "model_type": "starcoder2", "norm_epsilon": 1e-05, "norm_type": "layer_norm",
                 "num_attention_heads": 24, "num_hidden_layers": 30, "num_key_value_heads": 2,
                 "residual_dropout": 0.1, "rope_theta": 999999.4420358813, "sliding_window": 4096,
                 "transformers_version": "4.37.0.dev0", "use_bias": true, "use_cache": true,
                 "vocab_size": 49152}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void optionsAreKnownAndMakeAModelOfItsSize(String name, long parameters, String config) {
        Path path = Path.of(name);
        ConfigOptions options =
                ConfigOptions.of(path, Json.parse(path, config.getBytes(StandardCharsets.UTF_8)));
        Decoder model = CheckpointFormat.ofType(options).read(options, 1000);
        assertEquals(parameters, model.space().size());
    }
}
