package org.plumbline.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.engine.Workers;
import org.plumbline.model.ModelException;
import org.plumbline.model.ParameterSpace;
import org.plumbline.model.Parameters;

/**
 * A vector of a parameter space in double precision: parameters, a gradient, or a moment of one. Its arrays are mutable
 * and shared with whoever asks for them.
 *
 * <p>Sums and loops run over chunks of fixed size in fixed order, so that results do not depend on
 * the number of threads.
 */
public final class ParameterVector {
    /** Large enough to outweigh handing out a task, small enough to balance two threads on a small model. */
    private static final int CHUNK_ELEMENTS = 1 << 13;

    private final ParameterSpace space;
    private final List<String> names;
    private final double[][] arrays;
    private final List<Chunk> chunks;

    /** Elements {@code from} to {@code to} (exclusive) of the array of one parameter. */
    record Chunk(int parameter, int from, int to) {}

    /** What is done to one chunk. */
    interface ChunkTask {
        void run(int parameter, int from, int to);
    }

    private ParameterVector(ParameterSpace space, double[][] arrays) {
        this.space = space;
        this.names = List.copyOf(space.shapes().keySet());
        this.arrays = arrays;
        this.chunks = chunks(arrays);
    }

    private static List<Chunk> chunks(double[][] arrays) {
        List<Chunk> chunks = new ArrayList<>();
        for (int parameter = 0; parameter < arrays.length; parameter++) {
            int size = arrays[parameter].length;
            // Counted in long steps: an array may end near the largest int.
            for (long from = 0; from < size; from += CHUNK_ELEMENTS) {
                chunks.add(new Chunk(parameter, (int) from, (int) Math.min(size, from + CHUNK_ELEMENTS)));
            }
        }
        return List.copyOf(chunks);
    }

    /** The zero vector. */
    public static ParameterVector zeros(ParameterSpace space) {
        return new ParameterVector(
                space,
                space.shapes().values().stream().map(shape -> new double[shape.size()]).toArray(double[][]::new));
    }

    /** A copy of parameters of either precision. */
    public static ParameterVector of(Parameters parameters) {
        return new ParameterVector(parameters.space(), parameters.storages().values().stream()
                .map(storage -> storage.toDoubles().clone()).toArray(double[][]::new));
    }

    public ParameterSpace space() {
        return space;
    }

    /**
     * The elements of one parameter, row-major: the array itself.
     *
     * @throws ModelException if there is no such parameter
     */
    public double[] array(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new ModelException("no parameter named '" + name + "'; there are " + names);
        }
        return arrays[index];
    }

    /** Parameters in double precision that share nothing with this vector. */
    public Parameters toParameters() {
        Map<String, double[]> copies = new LinkedHashMap<>();
        for (int i = 0; i < arrays.length; i++) {
            copies.put(names.get(i), arrays[i].clone());
        }
        return Parameters.ofDoubles(space, copies);
    }

    /** The Euclidean norm over all parameters. */
    public double norm(Workers workers) {
        double[] squares = new double[chunks.size()];
        workers.forEach(squares.length, number -> {
            Chunk chunk = chunks.get(number);
            double[] x = arrays[chunk.parameter()];
            double sum = 0;
            for (int i = chunk.from(); i < chunk.to(); i++) {
                sum += x[i] * x[i];
            }
            squares[number] = sum;
        });
        return Math.sqrt(Arrays.stream(squares).reduce(0, Double::sum));
    }

    /** Multiplies all elements by {@code factor}, in place. */
    public void scale(Workers workers, double factor) {
        forEach(workers, (parameter, from, to) -> {
            double[] x = arrays[parameter];
            for (int i = from; i < to; i++) {
                x[i] *= factor;
            }
        });
    }

    /**
     * Clips to a global norm (Pascanu, Mikolov and Bengio, <em>On the difficulty of training recurrent neural
     * networks</em>, 2013): {@code x ← x · min(1, bound / ‖x‖)}, in place.
     *
     * @return the norm before clipping
     */
    public double clip(Workers workers, double bound) {
        double norm = norm(workers);
        if (norm > bound) {
            scale(workers, bound / norm);
        }
        return norm;
    }

    List<String> names() {
        return names;
    }

    double[] array(int parameter) {
        return arrays[parameter];
    }

    void clear() {
        for (double[] array : arrays) {
            Arrays.fill(array, 0);
        }
    }

    void forEach(Workers workers, ChunkTask task) {
        workers.forEach(chunks.size(), number -> {
            Chunk chunk = chunks.get(number);
            task.run(chunk.parameter(), chunk.from(), chunk.to());
        });
    }
}
