package org.plumbline.verification.laws;

import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.TrackedLayer;

/** Where a layer stands in a model. */
final class Modules {
    private Modules() {}

    /** Whether some output of the layer reaches the logits of another position. */
    static boolean mixes(Setting setting, TrackedLayer layer) {
        if (!(setting.model() instanceof Decoder decoder)) {
            return false;
        }
        boolean head = decoder.outputLayer().filter(output -> output.weight().equals(layer.weight())).isPresent();
        return !head && (!inLastBlock(decoder, layer) || readByOthers(layer));
    }

    /** Whether the layer belongs to the last block of the decoder. */
    static boolean inLastBlock(Decoder decoder, TrackedLayer layer) {
        return layer.name().startsWith(switch (decoder) {
            case Gpt2 gpt2 -> "transformer.h." + (gpt2.config().layers() - 1) + ".";
            case GptNeoX neoX -> "gpt_neox.layers." + (neoX.config().layers() - 1) + ".";
            case Llama llama -> "model.layers." + (llama.config().layers() - 1) + ".";
        });
    }

    /** Whether keys or values are among the layer's outputs. */
    private static boolean readByOthers(TrackedLayer layer) {
        return layer.name().endsWith("c_attn") || layer.name().endsWith("query_key_value")
                || layer.name().endsWith("k_proj") || layer.name().endsWith("v_proj");
    }
}
