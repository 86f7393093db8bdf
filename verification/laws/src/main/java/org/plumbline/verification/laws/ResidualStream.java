package org.plumbline.verification.laws;

import java.util.List;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.TrackedLayer;

/** Which parameters of a decoder read from its residual stream and which write to it. */
final class ResidualStream {
    private static final List<String> WRITERS =
            List.of("c_proj", "attention.dense", "dense_4h_to_h", "o_proj", "down_proj");

    private ResidualStream() {}

    /** Whether a layer's outputs are added to the stream; the others' inputs come from it. */
    static boolean writes(TrackedLayer layer) {
        return WRITERS.stream().anyMatch(layer.name()::endsWith);
    }

    /** Tables whose rows start the stream. */
    static List<String> embeddings(Decoder model) {
        return switch (model) {
            case Gpt2 _ -> List.of("transformer.wte.weight", "transformer.wpe.weight");
            case GptNeoX _ -> List.of("gpt_neox.embed_in.weight");
            case Llama _ -> List.of("model.embed_tokens.weight");
        };
    }
}
