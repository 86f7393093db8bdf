package org.plumbline.model.pretrained;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.ModelException;
import org.plumbline.model.Transformer;

/** How one architecture is written down in a model folder. */
sealed interface CheckpointFormat permits Family, Gpt2Format, GptNeoXFormat, LlamaFormat {

    /** Tables of rotary embeddings, as Llama's relatives store them. */
    Pattern ROTARY_TABLES = Pattern.compile("(model\\.)?(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq");

    /** Families that a page describes. */
    List<Family> PAGES = List.of(
            new MistralFamily(), new Qwen3Family(), new Phi3Family(), new GemmaFamily(), new Gemma2Family(),
            new Gemma3Family(), new SmolLm3Family(), new Olmo3Family(), new GraniteFamily(), new GptJFamily(),
            new OptFamily(), new Starcoder2Family());

    /** Options of every architecture that do not change what a model computes; dropout and generation among them. */
    List<String> IRRELEVANT = List.of(
            "architectures", "attention_dropout", "auto_map", "bos_token_id", "chunk_size_feed_forward",
            "classifier_dropout", "decoder_start_token_id", "do_sample", "dtype", "eos_token_id", "finetuning_task",
            "gradient_checkpointing", "id2label", "initializer_range", "is_decoder", "keys_to_ignore_at_inference",
            "label2id", "max_length", "model_type", "output_attentions", "output_hidden_states", "output_scores",
            "pad_token_id", "prefix", "problem_type", "return_dict", "return_dict_in_generate", "sep_token_id",
            "task_specific_params", "temperature", "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript",
            "transformers.js_config", "transformers_version", "use_bfloat16", "use_cache");

    /** The format of this {@code model_type}. */
    static CheckpointFormat ofType(ConfigOptions options) {
        return switch (options.text("model_type", "")) {
            case "gpt2" -> new Gpt2Format();
            case "gpt_neox" -> new GptNeoXFormat();
            case "llama" -> new LlamaFormat(LlamaConfig.Family.LLAMA);
            case "qwen2" -> new LlamaFormat(LlamaConfig.Family.QWEN2);
            case "olmo2" -> new LlamaFormat(LlamaConfig.Family.OLMO2);
            case String type -> page(type).orElseThrow(() -> options.unexpected("model_type",
                    "gpt2, gpt_neox, llama, qwen2, olmo2, " + PAGES.stream().map(Family::type)
                            .collect(Collectors.joining(", "))));
        };
    }

    private static Optional<Family> page(String type) {
        return PAGES.stream().filter(page -> page.type().equals(type)).findFirst();
    }

    /** The format that writes this model. */
    static CheckpointFormat of(Decoder model) {
        return switch (model) {
            case Gpt2 _ -> new Gpt2Format();
            case GptNeoX _ -> new GptNeoXFormat();
            case Llama llama -> new LlamaFormat(llama.config().family());
            case Transformer other -> page(other.family()).orElseThrow(() -> new ModelException(
                    "no family is called '" + other.family() + "'"));
        };
    }

    /** Holds options of every architecture that change the computation to the one value that is supported. */
    static void requireCommon(ConfigOptions options) {
        options.requireFalse("is_encoder_decoder", "add_cross_attention", "tie_encoder_decoder");
        options.requireEmpty("pruned_heads", "quantization_config", "compression_config");
    }

    /**
     * The model that a configuration describes, all of whose options are met.
     *
     * @param mostLayers more blocks than this cannot be, for want of tensors
     */
    Decoder read(ConfigOptions options, int mostLayers);

    /** The configuration of a model, in the spelling that transformers 4 and 5 read. */
    Map<String, Object> write(Decoder model);

    /** What the names of all tensors but the head's begin with, or do not where the base model was saved. */
    String prefix();

    /** Whether a parameter is stored as {@code [in, out]}; few are. */
    default boolean transposed(String parameter) {
        return false;
    }

    /** The name of the parameter that the head would have if it were untied. */
    default String head() {
        return "lm_head.weight";
    }

    /** The same tensor's name in other versions of transformers. */
    default List<String> aliases(String parameter) {
        return List.of();
    }

    /** Tensors without meaning for the model: masks and tables that can be computed. */
    Pattern buffers();
}
