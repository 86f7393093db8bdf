package org.plumbline.batch;

import java.util.SequencedMap;
import org.plumbline.program.Value;

/** What a pass makes of the inputs and pseudo-gradients of each layer. */
@FunctionalInterface
public interface Contraction {

    /** Adds the outputs wanted of one layer to {@code results}, under names of their own. */
    void emit(LayerTokens tokens, SequencedMap<String, Value> results);
}
