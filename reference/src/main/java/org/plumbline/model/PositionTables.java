package org.plumbline.model;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.plumbline.program.Value;

/** What blocks of one forward pass share: masks by window, and rotations by embedding. */
final class PositionTables {
    private final Forward forward;
    private final Map<OptionalInt, Value> masks = new HashMap<>();
    private final Map<RotaryEmbedding, RotaryEmbedding.Rotation> rotations = new HashMap<>();

    PositionTables(Forward forward) {
        this.forward = forward;
    }

    Value mask(OptionalInt window) {
        return masks.computeIfAbsent(window, width -> Attention.mask(forward, width));
    }

    RotaryEmbedding.Rotation rotation(RotaryEmbedding rotary) {
        return rotations.computeIfAbsent(rotary, embedding -> embedding.at(forward));
    }
}
