package org.plumbline.batch;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * A fold of sums over all sequences: each shard is summed by itself, micro-batch by micro-batch, and the shards' sums
 * are merged in their order. Memory: the total, and one set of sums for every thread.
 */
public final class SumPass {
    private final FoldContext context;
    private final Sequences data;
    private final Map<String, Integer> lengths;
    private final BiConsumer<Batch, Sums> add;
    private final Queue<Sums> spare = new ConcurrentLinkedQueue<>();

    /**
     * @param lengths of the sums by name
     * @param add adds what a batch contributes, in any thread
     */
    public SumPass(FoldContext context, Sequences data, Map<String, Integer> lengths, BiConsumer<Batch, Sums> add) {
        this.context = context;
        this.data = data;
        this.lengths = lengths;
        this.add = add;
    }

    public Sums run(FoldStore store, PassListener listener) {
        Sums total = new Sums(lengths);
        int shards = Math.ceilDiv(data.size(), context.shard());
        int[] done = {store.load(total.arrays())};
        OrderedFold.run(context.compute().workers(), done[0], shards, this::part, part -> {
            total.merge(part);
            spare.add(part);
            done[0]++;
            if (store.due() || done[0] == shards) {
                store.save(done[0], total.arrays());
            }
            listener.merged(Math.min(data.size(), done[0] * context.shard()), data.size());
        });
        return total;
    }

    private Sums part(int shard) {
        Sums reused = spare.poll();
        Sums part = reused == null ? new Sums(lengths) : reused;
        part.clear();
        int to = Math.min(data.size(), (shard + 1) * context.shard());
        for (int from = shard * context.shard(); from < to; from += context.batch()) {
            add.accept(
                    Batch.of(data, from, Math.min(to, from + context.batch()), context.model().maximumLength()),
                    part);
        }
        return part;
    }
}
