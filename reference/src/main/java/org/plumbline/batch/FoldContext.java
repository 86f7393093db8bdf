package org.plumbline.batch;

import java.util.Map;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Model;

/**
 * What a fold over sequences needs: a model, what runs its programs, and two sizes. A sum depends on both sizes, and
 * not on threads.
 */
public sealed interface FoldContext permits Pipeline, ModelContext {

    Model model();

    /** Inputs by name that every program of the fold may read and that no run changes. */
    Map<String, Storage> constants();

    /** The precision of the programs. */
    Precision precision();

    Compute compute();

    /** Sequences that a program runs on at once. */
    int batch();

    /** Sequences whose sums are formed before they are merged with others, a multiple of {@link #batch}. */
    int shard();

    /** Refuses sizes that are not those of a fold. */
    static void requireSizes(int batch, int shard) {
        if (batch < 1 || shard < batch || shard % batch != 0) {
            throw new IllegalArgumentException("a shard is a multiple of a micro-batch of at least one sequence, found "
                    + shard + " and " + batch);
        }
    }
}
