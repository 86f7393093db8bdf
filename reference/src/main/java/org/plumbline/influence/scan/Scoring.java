package org.plumbline.influence.scan;

import java.util.Map;
import org.plumbline.batch.Contraction;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;

/**
 * What a scan computes of each layer.
 *
 * @param contraction gives {@link #scores} {@code [B, queries]} or, with tokens, {@code [B, T, queries]} for each layer
 * @param extra its further inputs
 * @param sign what the program's numbers are multiplied by
 */
record Scoring(Contraction contraction, Map<String, Storage> extra, int queries, boolean tokens, double sign) {

    static String scores(TrackedLayer layer) {
        return "scores." + layer.name();
    }
}
