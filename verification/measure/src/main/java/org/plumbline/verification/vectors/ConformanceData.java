package org.plumbline.verification.vectors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.ModelException;

/** {@code data.safetensors}: the sequences of a case. */
final class ConformanceData {
    private static final String TRAINING = "train";
    private static final String QUERIES = "query";

    private ConformanceData() {}

    static void write(Path path, ConformanceProblem problem) {
        SafetensorsWriter data = new SafetensorsWriter();
        add(data, TRAINING, problem.training());
        add(data, QUERIES, problem.queries());
        data.write(path);
    }

    private static void add(SafetensorsWriter data, String name, List<Example> examples) {
        int length = examples.getFirst().length();
        int[] tokens = new int[examples.size() * (length + 1)];
        int[] positions = new int[examples.size() * length];
        int[] fed = new int[examples.size() * length];
        int[] weights = new int[examples.size() * length];
        for (int m = 0; m < examples.size(); m++) {
            Example example = examples.get(m);
            System.arraycopy(example.indices(Example.TOKENS), 0, tokens, m * (length + 1), length);
            System.arraycopy(example.indices(Example.POSITIONS), 0, positions, m * length, length);
            // The label of each fed position is the next token; the last one only ever is a label.
            for (int t = 0; t < length; t++) {
                if (example.reals(Example.FED)[t] != 0) {
                    tokens[m * (length + 1) + t + 1] = example.indices(Example.LABELS)[t];
                }
                fed[m * length + t] = (int) example.reals(Example.FED)[t];
                weights[m * length + t] = (int) example.reals(Example.WEIGHTS)[t];
            }
        }
        data.add(name + ".tokens", tokens, examples.size(), length + 1);
        data.add(name + ".positions", positions, examples.size(), length);
        data.add(name + ".fed", fed, examples.size(), length);
        data.add(name + ".weight", weights, examples.size(), length);
    }

    /**
     * @param positions whether the file has the numbers of positions; without them they count from 0 in each sequence
     * @throws MalformedFileException if a tensor is missing or of another shape, or elements that do not fit the model
     */
    static List<Example> training(SafetensorsFile data, Decoder model, boolean positions) {
        return examples(data, TRAINING, model, positions);
    }

    /** As {@link #training}. */
    static List<Example> queries(SafetensorsFile data, Decoder model, boolean positions) {
        return examples(data, QUERIES, model, positions);
    }

    private static List<Example> examples(SafetensorsFile data, String name, Decoder model, boolean positions) {
        int[] shape = data.shape(name + ".tokens");
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 2 || shape[1] - 1 > model.maximumLength()) {
            throw new MalformedFileException(data.path(), "tensor '" + name + ".tokens' is " + Arrays.toString(shape)
                    + ", expected [sequences, 2 to " + (model.maximumLength() + 1) + " tokens]");
        }
        int length = shape[1] - 1;
        int[] tokens = below(data, name + ".tokens", model.vocabulary(), shape);
        int[] numbers = positions ? below(data, name + ".positions", length, shape[0], length) : null;
        int[] fed = below(data, name + ".fed", 2, shape[0], length);
        int[] weights = below(data, name + ".weight", 2, shape[0], length);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < shape[0]; m++) {
            int at = m * length;
            int[] own = new int[length];
            Arrays.setAll(own, t -> numbers == null ? t : numbers[at + t]);
            try {
                examples.add(ConformanceSequences.of(
                        Arrays.copyOfRange(tokens, m * (length + 1), (m + 1) * (length + 1)), own,
                        doubles(fed, at, length), doubles(weights, at, length)));
            } catch (ModelException e) {
                throw new MalformedFileException(data.path(), name + " sequence " + m + ": " + e.getMessage(), e);
            }
        }
        return examples;
    }

    /** A tensor of this shape whose elements are {@code 0 … bound − 1}. */
    private static int[] below(SafetensorsFile data, String name, int bound, int... shape) {
        data.requireShape(name, shape);
        int[] values = data.ints(name);
        for (int value : values) {
            if (value < 0 || value >= bound) {
                throw new MalformedFileException(data.path(),
                        "tensor '" + name + "' has element " + value + ", expected 0 to " + (bound - 1));
            }
        }
        return values;
    }

    private static double[] doubles(int[] values, int from, int length) {
        return Arrays.stream(values, from, from + length).asDoubleStream().toArray();
    }
}
