package org.plumbline.verification.laws;

import org.plumbline.model.Block;
import org.plumbline.model.Decoder;
import org.plumbline.model.Projection;
import org.plumbline.model.TrackedLayer;

/** Where a layer stands in a model. */
final class Modules {
    private Modules() {}

    /** Whether some output of the layer reaches the logits of another position. */
    static boolean mixes(Setting setting, TrackedLayer layer) {
        if (!(setting.model() instanceof Decoder decoder)) {
            return false;
        }
        return !isHead(decoder, layer) && (!inLastBlock(decoder, layer) || readByOthers(decoder, layer));
    }

    /** Whether the layer makes the logits. */
    static boolean isHead(Decoder decoder, TrackedLayer layer) {
        return layer.name().equals(decoder.architecture().head().name());
    }

    /** Whether the layer belongs to the last block of the decoder. */
    static boolean inLastBlock(Decoder decoder, TrackedLayer layer) {
        return layer.name().startsWith(decoder.architecture().blocks().getLast().prefix());
    }

    /** Whether keys or values are among the layer's outputs. */
    private static boolean readByOthers(Decoder decoder, TrackedLayer layer) {
        return decoder.architecture().blocks().stream().map(Block::attention).anyMatch(attention ->
                switch (attention.projection()) {
                    case Projection.Separate p -> layer.name().equals(p.key()) || layer.name().equals(p.value());
                    case Projection.Sections p -> layer.name().equals(p.joint());
                    case Projection.HeadByHead p -> layer.name().equals(p.joint());
                });
    }
}
