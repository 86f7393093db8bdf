package org.plumbline.influence.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.ScoreSink;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.Npy;
import org.plumbline.io.NpyColumns;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.io.StoreFolder;
import org.plumbline.model.TrackedLayer;

/**
 * Scores on disk, and the scan that fills them and goes on where an earlier one stopped.
 *
 * <p>Files: {@code scores-<first shard>.safetensors} for neighboring sequences, with {@code totals [n, queries]}
 * ({@code F64}), {@code layers [layers, n, queries]} ({@code F32}) and, of a scan with tokens,
 * {@code tokens [Σ T_m, queries]} ({@code F32}) and {@code lengths [n]}; and at the end {@code scores.npy [queries, N]}
 * ({@code float64}), with the {@link ScoreTables} that say what its rows and columns are. Memory: the scores of one
 * file, whatever {@code N} is.
 */
public final class ScoreStore implements ScoreSink {
    static final String KIND = "scores";
    private static final String SHARDS = "shards";
    private static final String MATRIX = "scores.npy";

    /** Shards of the scan in one file: enough that the manifest stays short. */
    private static final int SHARDS_PER_FILE = 16;
    /** Bytes in memory after which a file is written with fewer. */
    private static final long BYTES_PER_FILE = 32L << 20;

    private final StoreFolder store;
    private final int totalShards;
    private final List<ScorePart> pending = new ArrayList<>();
    private long pendingBytes;
    private int done;

    private ScoreStore(StoreFolder store, int totalShards) {
        this.store = store;
        this.totalShards = totalShards;
        this.done = store.progress(SHARDS, totalShards);
    }

    /**
     * Scans, or goes on scanning, or finds the scan finished; the result is the same to the last bit.
     *
     * @param scan gives the scan; not asked if there is nothing left to do
     * @param identity what the scores belong to: that of the factors, of the queries, and the scan's settings
     * @throws InputException if the folder holds something else, is damaged, or cannot be written
     */
    public static void scan(
            Path folder, Pipeline pipeline, Supplier<ScanPass> scan, Sequences data,
            SequencedMap<String, String> identity, PassListener listener) {
        scan(folder, pipeline, scan, data, identity, ScoreTables.NONE, listener);
    }

    /**
     * As above, with files beside the matrix that say what its rows and columns are.
     *
     * @param tables asked when the matrix is written
     */
    public static void scan(
            Path folder, Pipeline pipeline, Supplier<ScanPass> scan, Sequences data,
            SequencedMap<String, String> identity, ScoreTables tables, PassListener listener) {
        SequencedMap<String, String> complete = new LinkedHashMap<>(identity);
        complete.put("scan layers", String.join(" ", pipeline.layers().stream().map(TrackedLayer::name).toList()));
        complete.put("scan micro-batch", Integer.toString(pipeline.batch()));
        complete.put("scan shard", Integer.toString(pipeline.shard()));
        complete.put("scan precision", pipeline.precision().name());
        complete.put("scan engine", pipeline.compute().engine().name());
        try (StoreFolder store = StoreFolder.write(folder, KIND, complete)) {
            if (store.isComplete()) {
                return;
            }
            ScoreStore sink = new ScoreStore(store, Math.ceilDiv(data.size(), pipeline.shard()));
            if (sink.done < sink.totalShards) {
                ScanPass pass = scan.get();
                listener.released();
                pass.run(data, sink, listener);
            }
            store.put(MATRIX, path -> writeMatrix(store, path, data.size()));
            tables.write(store::put);
            store.commit(store.progress(), true);
        }
    }

    @Override
    public int shardsDone() {
        return done;
    }

    @Override
    public void accept(ScorePart part) {
        pending.add(part);
        pendingBytes += part.bytes();
        if (pending.size() == SHARDS_PER_FILE || pendingBytes >= BYTES_PER_FILE
                || done + pending.size() == totalShards) {
            store.put(String.format(Locale.ROOT, "scores-%06d.safetensors", done), writer(pending)::write);
            done += pending.size();
            pending.clear();
            pendingBytes = 0;
            store.commit(Map.of(SHARDS, Integer.toString(done)), false);
        }
    }

    private static SafetensorsWriter writer(List<ScorePart> parts) {
        int queries = parts.getFirst().queries();
        int layers = parts.getFirst().layers().length;
        int sequences = parts.stream().mapToInt(ScorePart::sequences).sum();
        double[] totals = new double[sequences * queries];
        float[] byLayer = new float[layers * totals.length];
        int at = 0;
        for (ScorePart part : parts) {
            double[] sums = part.totals();
            System.arraycopy(sums, 0, totals, at, sums.length);
            for (int l = 0; l < layers; l++) {
                for (int i = 0; i < sums.length; i++) {
                    byLayer[l * totals.length + at + i] = (float) part.layers()[l][i];
                }
            }
            at += sums.length;
        }
        SafetensorsWriter writer = new SafetensorsWriter()
                .add("totals", totals, sequences, queries)
                .add("layers", byLayer, layers, sequences, queries);
        if (parts.getFirst().tokens().length > 0) {
            addTokens(writer, parts, sequences, queries);
        }
        return writer;
    }

    private static void addTokens(SafetensorsWriter writer, List<ScorePart> parts, int sequences, int queries) {
        int[] lengths = new int[sequences];
        int size = 0;
        int m = 0;
        for (ScorePart part : parts) {
            for (double[] cells : part.tokens()) {
                lengths[m++] = cells.length / queries;
                size = Math.addExact(size, cells.length);
            }
        }
        float[] tokens = new float[size];
        int at = 0;
        for (ScorePart part : parts) {
            for (double[] cells : part.tokens()) {
                for (double cell : cells) {
                    tokens[at++] = (float) cell;
                }
            }
        }
        writer.add("tokens", tokens, size / queries, queries).add("lengths", lengths, sequences);
    }

    private static void writeMatrix(StoreFolder store, Path path, int sequences) {
        List<String> parts = store.names().stream().filter(name -> name.endsWith(".safetensors")).toList();
        int queries = 0;
        long rows = 0;
        for (String name : parts) {
            try (SafetensorsFile file = SafetensorsFile.open(store.path(name))) {
                int[] shape = file.shape("totals");
                if (shape.length != 2 || queries != 0 && shape[1] != queries) {
                    throw new MalformedFileException(file.path(), "tensor 'totals' has shape "
                            + Arrays.toString(shape) + ", expected sequences by queries as in other files");
                }
                queries = shape[1];
                rows += shape[0];
            }
        }
        if (rows != sequences) {
            throw new MalformedFileException(path, "found scores of " + rows + " sequences in the store, expected "
                    + sequences);
        }
        NpyColumns.write(path, queries, sequences, matrix -> addColumns(store, parts, matrix));
    }

    private static void addColumns(StoreFolder store, List<String> parts, NpyColumns matrix) throws IOException {
        for (String name : parts) {
            try (SafetensorsFile file = SafetensorsFile.open(store.path(name))) {
                matrix.add(StoredTensors.finite(file, "totals", file.shape("totals")));
            }
        }
    }

    /**
     * All scores of a finished store, {@code [queries][N]}.
     *
     * @throws InputException if the store is missing, unfinished or damaged
     */
    public static double[][] load(Path folder) {
        try (StoreFolder store = StoreFolder.read(folder, KIND, new LinkedHashMap<>())) {
            Npy.Array array = Npy.read(store.path(MATRIX));
            if (array.shape().length != 2) {
                throw new MalformedFileException(store.path(MATRIX), "found an array of " + array.shape().length
                        + " dimensions, expected queries by sequences");
            }
            for (double value : array.values()) {
                if (!Double.isFinite(value)) {
                    throw new MalformedFileException(store.path(MATRIX), "found " + value + ", expected finite scores");
                }
            }
            double[][] scores = new double[array.shape()[0]][array.shape()[1]];
            for (int q = 0; q < scores.length; q++) {
                System.arraycopy(array.values(), q * scores[q].length, scores[q], 0, scores[q].length);
            }
            return scores;
        }
    }
}
