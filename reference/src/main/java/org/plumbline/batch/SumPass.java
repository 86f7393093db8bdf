package org.plumbline.batch;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * A fold of sums over all sequences: each shard is summed by itself, {@linkplain LengthBuckets batch by batch}, and the
 * shards' sums are merged in their order. Memory: the total, and one set of sums for every thread.
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

    /**
     * Sums what {@code store} lacks.
     *
     * @throws NonFiniteException if a number of a sum is not finite, when the shard that it comes from is summed
     */
    public Sums run(FoldStore store, PassListener listener) {
        Sums total = new Sums(lengths);
        int shards = Math.ceilDiv(data.size(), context.shard());
        int longest = data.longest();
        int[] done = {store.load(total.arrays())};
        OrderedFold.run(context.compute().workers(), done[0], shards, shard -> part(shard, longest), part -> {
            total.merge(part.sums());
            spare.add(part.sums());
            done[0]++;
            if (store.due() || done[0] == shards) {
                store.save(done[0], total.arrays());
            }
            listener.ran(part.fed(), part.run());
            listener.merged(Math.min(data.size(), done[0] * context.shard()), data.size());
        });
        return total;
    }

    /**
     * What a shard gave.
     *
     * @param fed positions that are fed
     * @param run positions that ran, padding included
     */
    private record Part(Sums sums, long fed, long run) {}

    private Part part(int shard, int longest) {
        Sums reused = spare.poll();
        Sums part = reused == null ? new Sums(lengths) : reused;
        part.clear();
        int from = shard * context.shard();
        int to = Math.min(data.size(), from + context.shard());
        long fed = 0;
        long run = 0;
        for (Batch batch : LengthBuckets.batches(data, from, to, context.batch(), longest)) {
            add.accept(batch, part);
            fed += batch.fedPositions();
            run += batch.positions();
        }
        if (part.firstNonFinite() != null) {
            throw nonFinite(from, to, part);
        }
        return new Part(part, fed, run);
    }

    /** Sums the sequences of a shard again, one by one, until the first that is to blame. */
    private NonFiniteException nonFinite(int first, int to, Sums part) {
        String whole = Objects.requireNonNull(part.firstNonFinite());
        double found = value(part.get(whole));
        for (int m = first; m < to; m++) {
            part.clear();
            LengthBuckets.batches(data, m, m + 1, 1, data.longest()).forEach(batch -> add.accept(batch, part));
            String name = part.firstNonFinite();
            if (name != null) {
                return new NonFiniteException(
                        shown(name) + ", sequence " + m, value(part.get(name)), context.precision());
            }
        }
        return new NonFiniteException(
                shown(whole) + ", sequences " + first + " to " + (to - 1), found, context.precision());
    }

    /** {@code gradients.h.0.mlp} is the sum {@code gradients} of the layer {@code h.0.mlp}. */
    private static String shown(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : "layer " + name.substring(dot + 1) + ", " + name.substring(0, dot);
    }

    private static double value(double[] values) {
        return Arrays.stream(values).filter(value -> !Double.isFinite(value)).findFirst().orElseThrow();
    }
}
