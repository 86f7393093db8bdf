package org.plumbline.verification.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Compute;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Example;
import org.plumbline.model.ModelException;
import org.plumbline.model.pretrained.PretrainedModel;

/**
 * A folder of conformance vectors: {@code conformance.json}, {@code model/}, {@code data.safetensors} and
 * {@code vectors.safetensors}. The description is written last, so that a folder with one is whole.
 */
public final class ConformanceSet {
    private static final String MANIFEST = "conformance.json";
    private static final String DATA = "data.safetensors";
    private static final String VECTORS = "vectors.safetensors";

    private ConformanceSet() {}

    /**
     * One tensor of a set beside what is computed here.
     *
     * @param distance {@code ‖x − y‖ / ‖y‖}, {@code x} from the file and {@code y} computed
     * @param tolerance what it may be
     */
    public record Comparison(String name, double distance, double tolerance) {
        public boolean conforms() {
            return distance <= tolerance;
        }
    }

    /**
     * Computes a set and writes it.
     *
     * @param seed of model and data
     * @param version of this program
     * @return the names of the tensors
     * @throws InputException if the folder cannot be written to
     */
    public static List<String> write(Path folder, long seed, String version, Compute compute) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be made a folder: " + e.getMessage(), e);
        }
        ConformanceProblem problem = ConformanceProblem.random(seed);
        List<ConformanceTensor> tensors = ConformanceVectors.of(problem, compute);
        new PretrainedModel(problem.model(), problem.parameters()).save(folder.resolve("model"));
        SafetensorsWriter data = new SafetensorsWriter();
        add(data, "train", problem.training());
        add(data, "query", problem.queries());
        data.write(folder.resolve(DATA));
        SafetensorsWriter vectors = new SafetensorsWriter().metadata("format", ConformanceManifest.FORMAT);
        tensors.forEach(tensor -> vectors.add(tensor.name(), tensor.values(), tensor.shape()));
        vectors.write(folder.resolve(VECTORS));
        Json.write(folder.resolve(MANIFEST), manifest(problem, tensors, version));
        return tensors.stream().map(ConformanceTensor::name).toList();
    }

    private static void add(SafetensorsWriter data, String name, List<Example> examples) {
        int length = examples.getFirst().length();
        int[] tokens = new int[examples.size() * (length + 1)];
        int[] fed = new int[examples.size() * length];
        int[] weights = new int[examples.size() * length];
        for (int m = 0; m < examples.size(); m++) {
            Example example = examples.get(m);
            System.arraycopy(example.indices(Example.TOKENS), 0, tokens, m * (length + 1), length);
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
        data.add(name + ".fed", fed, examples.size(), length);
        data.add(name + ".weight", weights, examples.size(), length);
    }

    private static ConformanceManifest manifest(
            ConformanceProblem problem, List<ConformanceTensor> tensors, String version) {
        BlockSpace space = BlockSpace.ofLayers(problem.model().mlpLayers());
        List<ConformanceManifest.Layer> layers = new ArrayList<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            ParameterBlock block = space.blocks().get(i);
            layers.add(new ConformanceManifest.Layer(
                    block.name(), space.offset(i), block.rows(), block.columns(), block.bias().isPresent()));
        }
        return new ConformanceManifest(ConformanceManifest.FORMAT, ConformanceManifest.VERSION, version,
                ConformanceManifest.allConventions(), layers,
                tensors.stream().map(tensor -> new ConformanceManifest.Entry(
                        tensor.name(), Arrays.stream(tensor.shape()).boxed().toList(), tensor.tolerance(),
                        tensor.upToSign(), tensor.meaning())).toList());
    }

    /**
     * Reads a set, computes every tensor anew from its model and data, and compares. Tolerances are this program's own.
     *
     * @return a comparison for each tensor
     * @throws InputException if a file is missing or malformed, or a tensor is missing, unexpected or of another shape
     */
    public static List<Comparison> check(Path folder, Compute compute) {
        Path path = folder.resolve(MANIFEST);
        ConformanceManifest manifest = Json.read(path, ConformanceManifest.class);
        if (!manifest.format().equals(ConformanceManifest.FORMAT)
                || manifest.formatVersion() != ConformanceManifest.VERSION) {
            throw new MalformedFileException(path, "found format '" + manifest.format() + "' version "
                    + manifest.formatVersion() + ", expected '" + ConformanceManifest.FORMAT + "' version "
                    + ConformanceManifest.VERSION);
        }
        PretrainedModel pretrained = PretrainedModel.load(folder.resolve("model"), Precision.DOUBLE);
        try (SafetensorsFile data = SafetensorsFile.open(folder.resolve(DATA));
                SafetensorsFile vectors = SafetensorsFile.open(folder.resolve(VECTORS))) {
            ConformanceProblem problem = new ConformanceProblem(pretrained.model(), pretrained.parameters(),
                    examples(data, "train", pretrained), examples(data, "query", pretrained));
            List<ConformanceTensor> tensors = ConformanceVectors.of(problem, compute);
            requireSameNames(vectors, tensors);
            List<Comparison> comparisons = new ArrayList<>();
            for (ConformanceTensor tensor : tensors) {
                vectors.requireShape(tensor.name(), tensor.shape());
                comparisons.add(new Comparison(
                        tensor.name(), tensor.distance(vectors.doubles(tensor.name())), tensor.tolerance()));
            }
            return comparisons;
        }
    }

    private static void requireSameNames(SafetensorsFile vectors, List<ConformanceTensor> tensors) {
        Set<String> unexpected = new HashSet<>(vectors.names());
        for (ConformanceTensor tensor : tensors) {
            if (!unexpected.remove(tensor.name())) {
                throw new MalformedFileException(vectors.path(), "tensor '" + tensor.name() + "' is missing; expected "
                        + tensor.shapeText() + ", " + tensor.meaning());
            }
        }
        if (!unexpected.isEmpty()) {
            throw new MalformedFileException(
                    vectors.path(), "found tensors " + unexpected + " that a set of this model and data does not have");
        }
    }

    private static List<Example> examples(SafetensorsFile data, String name, PretrainedModel pretrained) {
        int[] shape = data.shape(name + ".tokens");
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 2 || shape[1] - 1 > pretrained.model().maximumLength()) {
            throw new MalformedFileException(data.path(), "tensor '" + name + ".tokens' is " + Arrays.toString(shape)
                    + ", expected [sequences, 2 to " + (pretrained.model().maximumLength() + 1) + " tokens]");
        }
        int length = shape[1] - 1;
        data.requireShape(name + ".fed", shape[0], length);
        data.requireShape(name + ".weight", shape[0], length);
        int[] tokens = data.ints(name + ".tokens");
        int[] fed = data.ints(name + ".fed");
        int[] weights = data.ints(name + ".weight");
        for (int token : tokens) {
            if (token < 0 || token >= pretrained.model().vocabulary()) {
                throw new MalformedFileException(data.path(), "tensor '" + name + ".tokens' has token " + token
                        + ", expected 0 to " + (pretrained.model().vocabulary() - 1));
            }
        }
        int[] positions = new int[length];
        Arrays.setAll(positions, t -> t);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < shape[0]; m++) {
            int at = m * (length + 1);
            try {
                examples.add(new Example(length,
                        Map.of(Example.TOKENS, Arrays.copyOfRange(tokens, at, at + length),
                                Example.POSITIONS, positions,
                                Example.LABELS, Arrays.copyOfRange(tokens, at + 1, at + length + 1)),
                        Map.of(Example.FED, doubles(fed, m * length, length),
                                Example.WEIGHTS, doubles(weights, m * length, length))));
            } catch (ModelException e) {
                throw new MalformedFileException(data.path(), name + " sequence " + m + ": " + e.getMessage(), e);
            }
        }
        return examples;
    }

    private static double[] doubles(int[] values, int from, int length) {
        return Arrays.stream(values, from, from + length).asDoubleStream().toArray();
    }
}
