package org.plumbline.influence.store;

import java.time.Duration;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.batch.FoldStore;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.io.StoreFolder;

/** The running sums of one pass in a store: a file that replaces its predecessor each time. */
final class StoredSums implements FoldStore {
    private static final String PASS = "pass";
    private static final String SHARDS = "shards";

    private final StoreFolder store;
    private final String pass;
    private final Duration interval;
    private long last = System.nanoTime();

    /**
     * @param interval least time between two savings
     */
    StoredSums(StoreFolder store, String pass, Duration interval) {
        this.store = store;
        this.pass = pass;
        this.interval = interval;
    }

    private String file(int shards) {
        return "sums-" + pass + "-" + shards + ".safetensors";
    }

    private int done() {
        return pass.equals(store.progress().get(PASS)) ? store.progress(SHARDS, Integer.MAX_VALUE) : 0;
    }

    @Override
    public int load(SequencedMap<String, double[]> sums) {
        int done = done();
        if (done > 0) {
            try (SafetensorsFile file = SafetensorsFile.open(store.path(file(done)))) {
                sums.forEach((name, target) -> {
                    double[] values = StoredTensors.finite(file, name, target.length);
                    System.arraycopy(values, 0, target, 0, target.length);
                });
            }
        }
        return done;
    }

    @Override
    public boolean due() {
        return System.nanoTime() - last >= interval.toNanos();
    }

    @Override
    public void save(int shards, SequencedMap<String, double[]> sums) {
        int previous = done();
        SafetensorsWriter writer = new SafetensorsWriter();
        sums.forEach((name, values) -> writer.add(name, values, values.length));
        store.put(file(shards), writer::write);
        if (previous != shards && previous > 0) {
            store.drop(file(previous));
        }
        store.commit(Map.of(PASS, pass, SHARDS, Integer.toString(shards)), false);
        last = System.nanoTime();
    }

    /** Drops what is kept, at the next commit. */
    void drop() {
        int done = done();
        if (done > 0) {
            store.drop(file(done));
        }
    }
}
