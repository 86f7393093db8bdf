package org.plumbline.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.Batch;
import org.plumbline.batch.LengthBuckets;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SubSequences;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.io.Hashes;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/** Examples checked against a model. */
final class ExampleTable {
    private final Model model;
    private final List<Example> examples;
    private final Sequences data;
    private final Precision precision;
    private final Program loss;
    private final int length;
    private final List<String> inputs;
    private final int[] lossPositions;
    private final int[] fedPositions;

    /**
     * @throws TrainingException if there is no example, or one bears no loss
     * @throws ModelException if an example is too long for the model, lacks one of its inputs or
     *     has one of another size
     */
    ExampleTable(Model model, List<Example> examples, Precision precision) {
        if (examples.isEmpty()) {
            throw new TrainingException("examples: found none, expected at least one");
        }
        this.model = model;
        this.examples = List.copyOf(examples);
        this.data = Sequences.of(this.examples);
        this.precision = precision;
        length = examples.stream().mapToInt(Example::length).max().orElseThrow();
        if (length > model.maximumLength()) {
            throw new ModelException(
                    "an example of " + length + " positions exceeds the model's " + model.maximumLength());
        }
        loss = model.loss(length);
        inputs = loss.inputs().keySet().stream().filter(Example::isInput).toList();
        lossPositions = new int[examples.size()];
        fedPositions = new int[examples.size()];
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            lossPositions[i] = example.lossPositions();
            fedPositions[i] = example.fedPositions();
            if (lossPositions[i] == 0) {
                throw new TrainingException(
                        "example " + i + ": found no position that bears loss, expected at least one");
            }
            row(i);
        }
    }

    /** The inputs of the loss that belong to an example, padded. */
    private Map<String, Storage> row(int number) {
        Map<String, Storage> storages = examples.get(number).padRight(length).storages(precision);
        Map<String, Storage> row = new LinkedHashMap<>();
        for (String name : inputs) {
            Value input = loss.input(name);
            Storage storage = storages.get(name);
            if (storage == null || storage.size() != input.shape().size()) {
                throw new ModelException("example " + number + ": the model reads '" + name + "' " + input.shape()
                        + ", found " + (storage == null ? "nothing" : storage.size() + " elements"));
            }
            row.put(name, storage);
        }
        return row;
    }

    /** The program of the loss of one example. */
    Program loss() {
        return loss;
    }

    Model model() {
        return model;
    }

    int size() {
        return examples.size();
    }

    /**
     * Some examples in batches of up to {@code size}, each at {@linkplain LengthBuckets its length}; a batch calls them
     * by their places among the numbers.
     */
    List<Batch> batches(int[] numbers, int size) {
        return LengthBuckets.batches(
                new SubSequences(data, numbers), 0, numbers.length, size, length);
    }

    int lossPositions(int example) {
        return lossPositions[example];
    }

    int fedPositions(int example) {
        return fedPositions[example];
    }

    /** A digest of all inputs in order. */
    String digest() {
        StringBuilder digests = new StringBuilder(length + "\n" + inputs + "\n");
        for (int i = 0; i < examples.size(); i++) {
            row(i).values().forEach(storage -> digests.append(Hashes.sha256(bytes(storage))).append('\n'));
        }
        return Hashes.sha256(digests.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(Storage storage) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(storage.size(), Double.BYTES));
        switch (storage) {
            case Storage.Doubles(double[] array) -> bytes.asDoubleBuffer().put(array);
            case Storage.Floats(float[] array) -> bytes.asFloatBuffer().put(array);
            case Storage.Indices(int[] array) -> bytes.asIntBuffer().put(array);
        }
        return bytes.array();
    }
}
