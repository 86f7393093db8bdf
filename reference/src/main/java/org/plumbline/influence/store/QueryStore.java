package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.io.StoreFolder;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * Preconditioned query gradients on disk, so that a scan which goes on, or the next one, need not have the curvature.
 *
 * <p>Files: {@code queries-<first>.safetensors} for neighboring queries, in the precision of the programs, which is
 * all that a scan sees of them: {@code <layer> [n, out, columns]} where they are whole, otherwise
 * {@code left.<layer> [n, out, r]} and {@code right.<layer> [n, columns, r]}; with {@code truncation} and
 * {@code first left out}, both {@code [n, layers]} and {@code F64}.
 */
public final class QueryStore {
    private static final String KIND = "queries";
    private static final String DONE = "queries";
    private static final String TRUNCATION = "truncation";
    private static final String FIRST_LEFT_OUT = "first left out";
    /** About the size of a file; one query may be larger. */
    private static final long BYTES_PER_FILE = 64L << 20;

    private final StoreFolder store;
    private final List<TrackedLayer> layers;
    private final Precision precision;
    private final int rank;

    private QueryStore(StoreFolder store, Pipeline pipeline, int rank) {
        this.store = store;
        this.layers = pipeline.layers();
        this.precision = pipeline.precision();
        this.rank = rank;
    }

    /**
     * Preconditions, or goes on, or finds all queries in the store; the result is the same to the last bit.
     *
     * @param inverse asked for only if a query is missing
     * @param rank of the truncation, 0 for none
     * @param identity what the queries belong to: that of the factors, and of the queries' texts
     * @throws InputException if the folder holds something else, is damaged, or cannot be written
     */
    public static Queries precondition(
            Path folder, Pipeline pipeline, Supplier<? extends InverseCurvature> inverse, List<Example> examples,
            int rank, Aggregation aggregation, SequencedMap<String, String> identity, PassListener listener) {
        SequencedMap<String, String> complete = new LinkedHashMap<>(identity);
        complete.put("rank", Integer.toString(rank));
        complete.put("aggregation", aggregation.name().toLowerCase(Locale.ROOT));
        complete.put("number of queries", Integer.toString(examples.size()));
        complete.put(
                "query layers", pipeline.layers().stream().map(TrackedLayer::name).collect(Collectors.joining(" ")));
        complete.put("query precision", pipeline.precision().name().toLowerCase(Locale.ROOT));
        complete.put("query engine", pipeline.compute().engine().name());
        try (StoreFolder folderOfQueries = StoreFolder.write(folder, KIND, complete)) {
            QueryStore store = new QueryStore(folderOfQueries, pipeline, rank);
            if (!folderOfQueries.isComplete()) {
                listener.released();
                QueryPass pass = new QueryPass(pipeline, inverse.get());
                listener.released();
                store.fill(pass, examples, aggregation, listener);
                listener.released();
            }
            return store.read();
        }
    }

    private void fill(QueryPass pass, List<Example> examples, Aggregation aggregation, PassListener listener) {
        int step = aggregation == Aggregation.NONE ? queriesPerFile() : examples.size();
        int from = store.progress(DONE, examples.size());
        while (from < examples.size()) {
            int to = Math.min(examples.size(), from + step);
            Queries part = pass.run(examples.subList(from, to), rank, aggregation);
            store.put(String.format(Locale.ROOT, "queries-%06d.safetensors", from), writer(part)::write);
            from = to;
            store.commit(Map.of(DONE, Integer.toString(from)), from == examples.size());
            listener.merged(from, examples.size());
        }
    }

    private int queriesPerFile() {
        long elements = 0;
        for (TrackedLayer layer : layers) {
            elements += isWhole(layer) ? layer.size() : (long) rank * (layer.outputs() + layer.columns());
        }
        return (int) Math.max(1, Math.min(1 << 10, BYTES_PER_FILE / (elements * precision.bytes())));
    }

    private boolean isWhole(TrackedLayer layer) {
        return rank == 0 || rank >= Math.min(layer.outputs(), layer.columns());
    }

    private SafetensorsWriter writer(Queries queries) {
        int count = queries.count();
        SafetensorsWriter writer = new SafetensorsWriter()
                .add(TRUNCATION, flat(queries.truncation()), count, layers.size())
                .add(FIRST_LEFT_OUT, flat(queries.firstLeftOut()), count, layers.size());
        for (LayerQueries layer : queries.layers()) {
            String name = layer.layer().name();
            int out = layer.layer().outputs();
            int columns = layer.layer().columns();
            switch (layer) {
                case LayerQueries.Full whole -> add(writer, name, whole.matrices(), out, columns);
                case LayerQueries.LowRank thin -> {
                    add(writer, left(name), thin.left(), out, rank);
                    add(writer, right(name), thin.right(), columns, rank);
                }
            }
        }
        return writer;
    }

    private static String left(String layer) {
        return "left." + layer;
    }

    private static String right(String layer) {
        return "right." + layer;
    }

    private void add(SafetensorsWriter writer, String name, List<Storage> matrices, int rows, int columns) {
        Storage all = Storage.allocate(precision, Math.multiplyExact(matrices.size(), rows * columns));
        for (int q = 0; q < matrices.size(); q++) {
            matrices.get(q).copyTo(all, q * rows * columns);
        }
        switch (all) {
            case Storage.Doubles(double[] array) -> writer.add(name, array, matrices.size(), rows, columns);
            case Storage.Floats(float[] array) -> writer.add(name, array, matrices.size(), rows, columns);
            case Storage.Indices _ -> throw new IllegalStateException("queries are real");
        }
    }

    private static double[] flat(double[][] rows) {
        double[] flat = new double[Math.multiplyExact(rows.length, rows[0].length)];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }

    private Queries read() {
        List<List<Storage>> first = new ArrayList<>();
        List<List<Storage>> second = new ArrayList<>();
        layers.forEach(_ -> {
            first.add(new ArrayList<>());
            second.add(new ArrayList<>());
        });
        List<double[]> truncation = new ArrayList<>();
        List<double[]> firstLeftOut = new ArrayList<>();
        for (String name : store.names()) {
            try (SafetensorsFile file = SafetensorsFile.open(store.path(name))) {
                int[] shape = file.shape(TRUNCATION);
                if (shape.length != 2) {
                    throw new MalformedFileException(
                            file.path(), "tensor '" + TRUNCATION + "' is no matrix, expected one of queries by layers");
                }
                int count = shape[0];
                truncation.addAll(rows(file, TRUNCATION, count));
                firstLeftOut.addAll(rows(file, FIRST_LEFT_OUT, count));
                for (int l = 0; l < layers.size(); l++) {
                    TrackedLayer layer = layers.get(l);
                    if (isWhole(layer)) {
                        first.get(l).addAll(matrices(file, layer.name(), count, layer.outputs(), layer.columns()));
                    } else {
                        first.get(l).addAll(matrices(file, left(layer.name()), count, layer.outputs(), rank));
                        second.get(l).addAll(matrices(file, right(layer.name()), count, layer.columns(), rank));
                    }
                }
            }
        }
        if (truncation.isEmpty()) {
            throw new MalformedFileException(store.folder(), "found no query in the store, expected at least one");
        }
        List<LayerQueries> all = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            all.add(isWhole(layers.get(l))
                    ? new LayerQueries.Full(layers.get(l), first.get(l))
                    : new LayerQueries.LowRank(layers.get(l), rank, first.get(l), second.get(l)));
        }
        return new Queries(all, rank, truncation.toArray(double[][]::new), firstLeftOut.toArray(double[][]::new));
    }

    /** One value a query and layer. */
    private List<double[]> rows(SafetensorsFile file, String name, int count) {
        file.requireShape(name, count, layers.size());
        double[] all = file.doubles(name);
        List<double[]> rows = new ArrayList<>();
        for (int q = 0; q < count; q++) {
            rows.add(Arrays.copyOfRange(all, q * layers.size(), (q + 1) * layers.size()));
        }
        return rows;
    }

    private List<Storage> matrices(SafetensorsFile file, String name, int count, int rows, int columns) {
        file.requireShape(name, count, rows, columns);
        int size = rows * columns;
        List<Storage> matrices = new ArrayList<>();
        switch (precision) {
            case DOUBLE -> {
                double[] all = StoredTensors.finite(file, name, count, rows, columns);
                for (int q = 0; q < count; q++) {
                    matrices.add(Storage.of(Arrays.copyOfRange(all, q * size, (q + 1) * size)));
                }
            }
            case SINGLE -> {
                float[] all = file.floats(name);
                for (float value : all) {
                    if (!Float.isFinite(value)) {
                        throw new MalformedFileException(
                                file.path(), "tensor '" + name + "': found " + value + ", expected finite numbers");
                    }
                }
                for (int q = 0; q < count; q++) {
                    matrices.add(Storage.of(Arrays.copyOfRange(all, q * size, (q + 1) * size)));
                }
            }
        }
        return matrices;
    }
}
