package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.StoreFolder;

/**
 * The scores by predicted token of a finished scan, read in the order of the sequences. Memory: those of one file of
 * the store. A scan without them has none.
 */
public final class PredictedTokenScores implements AutoCloseable {
    private final StoreFolder store;
    private final Iterator<String> files;
    private final boolean kept;
    private double[] cells = {};
    private int[] lengths = {};
    private int queries;
    private int first;
    private int next;
    private int at;

    private PredictedTokenScores(StoreFolder store, boolean kept) {
        this.store = store;
        this.kept = kept;
        this.files = store.names().stream().filter(name -> name.endsWith(".safetensors")).iterator();
    }

    /**
     * Opens a finished scan.
     *
     * @throws InputException if the store is missing, unfinished or damaged
     */
    public static PredictedTokenScores open(Path folder) {
        SequencedMap<String, String> nothing = new LinkedHashMap<>();
        StoreFolder store = StoreFolder.read(folder, ScoreStore.KIND, nothing);
        return new PredictedTokenScores(store,
                TokenScores.OUTPUT.name().equalsIgnoreCase(store.identity().get("tokens")));
    }

    /**
     * Those of a sequence, {@code [positions, queries]}; empty if the scan has none.
     *
     * @param sequence its number, larger than those asked for before
     */
    public Optional<double[]> of(int sequence) {
        if (!kept) {
            return Optional.empty();
        }
        while (sequence >= first + lengths.length) {
            open();
        }
        for (; next < sequence - first; next++) {
            at += lengths[next] * queries;
        }
        return Optional.of(Arrays.copyOfRange(cells, at, at + lengths[next] * queries));
    }

    private void open() {
        if (!files.hasNext()) {
            throw new InputException(store.path("scores.npy") + ": found no scores of tokens after sequence "
                    + (first + lengths.length - 1) + ", expected those of all sequences");
        }
        first += lengths.length;
        next = 0;
        at = 0;
        try (SafetensorsFile file = SafetensorsFile.open(store.path(files.next()))) {
            cells = StoredTensors.finite(file, "tokens", file.shape("tokens"));
            lengths = file.ints("lengths");
            queries = file.shape("tokens")[1];
            if ((long) Arrays.stream(lengths).sum() * queries != cells.length) {
                throw new MalformedFileException(file.path(), "found " + cells.length + " scores of tokens, expected "
                        + "as many as the lengths say");
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
