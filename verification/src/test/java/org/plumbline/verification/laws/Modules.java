package org.plumbline.verification.laws;

import org.plumbline.model.Gpt2;
import org.plumbline.model.TrackedLayer;

/** Where a layer stands in a model. */
final class Modules {
    private Modules() {}

    /** Whether some output of the layer reaches the logits of another position. */
    static boolean mixes(Setting setting, TrackedLayer layer) {
        if (!(setting.model() instanceof Gpt2 gpt2)) {
            return false;
        }
        String last = "transformer.h." + (gpt2.config().layers() - 1) + ".";
        boolean afterMixing = layer.name().startsWith(last) && !layer.name().endsWith("c_attn");
        return !afterMixing && !layer.name().equals("lm_head");
    }
}
