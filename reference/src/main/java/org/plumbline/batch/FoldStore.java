package org.plumbline.batch;

import java.util.SequencedMap;

/** Where a fold over sequences keeps what it has summed so far, so that an interrupted one goes on from there. */
public interface FoldStore {

    /** Keeps nothing. */
    FoldStore NONE = new FoldStore() {
        @Override
        public int load(SequencedMap<String, double[]> sums) {
            return 0;
        }

        @Override
        public boolean due() {
            return false;
        }

        @Override
        public void save(int shards, SequencedMap<String, double[]> sums) {}
    };

    /**
     * Fills {@code sums} with those of the shards done.
     *
     * @param sums arrays by name, all zero
     * @return number of shards they are over; 0 if nothing was kept, and then {@code sums} is left as it is
     */
    int load(SequencedMap<String, double[]> sums);

    /** Whether it is time to save again. */
    boolean due();

    /** Keeps the sums over the first {@code shards} shards, in place of what was kept before. */
    void save(int shards, SequencedMap<String, double[]> sums);
}
