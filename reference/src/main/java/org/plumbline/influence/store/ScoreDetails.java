package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.StoreFolder;

/**
 * The scores of layers and tokens of a finished scan, read in the order of the sequences. Files without a sequence that
 * is asked for are passed over. Memory: what is asked for, of one file of the store.
 */
public final class ScoreDetails implements AutoCloseable {
    private final StoreFolder store;
    private final List<String> files;
    private final TokenScores kind;
    private int next;
    private int first;
    private int count;
    private double @Nullable [] layers;
    private double @Nullable [] tokens;
    private int[] lengths = {};
    private int queries;

    private ScoreDetails(StoreFolder store) {
        this.store = store;
        this.files = store.names().stream().filter(name -> name.endsWith(".safetensors")).toList();
        this.kind = TokenScores.valueOf(
                store.identity().getOrDefault("tokens", TokenScores.NONE.name()).toUpperCase(Locale.ROOT));
    }

    /**
     * Opens a finished scan.
     *
     * @throws InputException if the store is missing, unfinished or damaged
     */
    public static ScoreDetails open(Path folder) {
        return new ScoreDetails(StoreFolder.read(folder, ScoreStore.KIND, new LinkedHashMap<>()));
    }

    /** The scores of tokens that the scan kept. */
    public TokenScores tokens() {
        return kind;
    }

    /**
     * The scores of the layers of a sequence, {@code [layers, queries]}.
     *
     * @param sequence its number, not smaller than those asked for before
     */
    public double[] layers(int sequence) {
        moveTo(sequence);
        if (layers == null) {
            try (SafetensorsFile file = file()) {
                layers = StoredTensors.finite(file, "layers", file.shape("layers"));
            }
        }
        int all = layers.length / (count * queries);
        double[] found = new double[all * queries];
        for (int l = 0; l < all; l++) {
            System.arraycopy(layers, (l * count + sequence - first) * queries, found, l * queries, queries);
        }
        return found;
    }

    /**
     * The scores of the tokens of a sequence, {@code [positions, queries]}; none if the scan kept none.
     *
     * @param sequence its number, not smaller than those asked for before
     */
    public double[] tokens(int sequence) {
        if (kind == TokenScores.NONE) {
            return new double[0];
        }
        moveTo(sequence);
        if (tokens == null) {
            readTokens();
        }
        int from = Arrays.stream(lengths, 0, sequence - first).sum() * queries;
        return Arrays.copyOfRange(tokens, from, from + lengths[sequence - first] * queries);
    }

    private void readTokens() {
        try (SafetensorsFile file = file()) {
            tokens = StoredTensors.finite(file, "tokens", file.shape("tokens"));
            lengths = file.ints("lengths");
            if (lengths.length != count || (long) Arrays.stream(lengths).sum() * queries != tokens.length) {
                throw new MalformedFileException(file.path(), "found " + tokens.length + " scores of tokens, expected "
                        + "as many as the lengths say");
            }
        }
    }

    private SafetensorsFile file() {
        return SafetensorsFile.open(store.path(files.get(next - 1)));
    }

    private void moveTo(int sequence) {
        while (sequence >= first + count) {
            if (next == files.size()) {
                throw new InputException(store.path("scores.npy") + ": found scores of " + (first + count)
                        + " sequences beside it, expected those of sequence " + sequence);
            }
            first += count;
            next++;
            layers = null;
            tokens = null;
            try (SafetensorsFile file = file()) {
                int[] shape = file.shape("totals");
                count = shape[0];
                queries = shape[1];
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
