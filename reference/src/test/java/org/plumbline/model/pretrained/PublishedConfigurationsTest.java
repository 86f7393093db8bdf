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
                 "use_cache": false, "vocab_size": 100352}"""));
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
