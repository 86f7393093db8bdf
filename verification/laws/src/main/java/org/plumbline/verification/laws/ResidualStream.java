package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.model.Architecture;
import org.plumbline.model.Decoder;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;

/** Which parameters of a decoder read from its residual stream and which write to it. */
final class ResidualStream {
    private ResidualStream() {}

    /** Whether a layer's outputs are added to the stream; the others' inputs come from it. */
    static boolean writes(Model model, TrackedLayer layer) {
        return model instanceof Decoder decoder && decoder.architecture().blocks().stream().anyMatch(block ->
                layer.name().equals(block.attention().output()) || layer.name().equals(block.mlp().down()));
    }

    /** Tables whose rows start the stream. */
    static List<String> embeddings(Decoder model) {
        Architecture.Embedding embedding = model.architecture().embedding();
        List<String> tables = new ArrayList<>(List.of(embedding.tokens()));
        embedding.positions().ifPresent(positions -> tables.add(positions.weight()));
        return tables;
    }
}
