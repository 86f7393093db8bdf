package org.plumbline.model;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.plumbline.engine.Precision;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.model.pretrained.PretrainedModel;
import tools.jackson.databind.JsonNode;

/**
 * A tiny model of {@code fixtures/decoders}: its folder, sequences and what PyTorch computed for them in double
 * precision. See {@code ORIGIN.md} beside the files.
 */
public final class DecoderFixture {
    private final Path folder;
    private final PretrainedModel pretrained;

    public DecoderFixture(String name) {
        this(folderOf(name));
    }

    /** The fixture in this folder, for tests of modules that find this one packed. */
    public DecoderFixture(Path folder) {
        this.folder = folder;
        pretrained = PretrainedModel.load(folder, Precision.DOUBLE);
    }

    private static Path folderOf(String name) {
        try {
            return Path.of(DecoderFixture.class.getResource("/fixtures/decoders/" + name + "/config.json").toURI())
                    .getParent();
        } catch (URISyntaxException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    public Path folder() {
        return folder;
    }

    public Decoder model() {
        return pretrained.model();
    }

    public Parameters parameters() {
        return pretrained.parameters();
    }

    /** A golden tensor for each parameter, stored under {@code prefix + name}, in this library's {@code [out, in]}. */
    public Map<String, double[]> golden(String prefix) {
        Map<String, double[]> values = new LinkedHashMap<>();
        try (SafetensorsFile tensors = SafetensorsFile.open(folder.resolve("golden.safetensors"))) {
            for (String name : model().space().shapes().keySet()) {
                // The head of GPT-NeoX has another name since transformers 5.14.
                String tensor = prefix + (name.equals("embed_out.weight") ? "lm_head.weight" : name);
                int[] shape = tensors.shape(tensor);
                double[] stored = tensors.doubles(tensor);
                // Hugging Face's Conv1D keeps the weights of its linear layers as [in, out].
                boolean transposed = name.contains(".c_") && name.startsWith("transformer.") && shape.length == 2;
                values.put(name, transposed ? transpose(stored, shape[0], shape[1]) : stored);
            }
        }
        return values;
    }

    /** One tensor of the golden file as it is. */
    public double[] tensor(String name) {
        try (SafetensorsFile tensors = SafetensorsFile.open(folder.resolve("golden.safetensors"))) {
            return tensors.doubles(name);
        }
    }

    public List<Example> examples() {
        JsonNode batch = Json.read(folder.resolve("batch.json"));
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < batch.get("tokens").size(); m++) {
            int[] tokens = ints(batch.get("tokens").get(m));
            int length = tokens.length - 1;
            int[] positions = batch.has("positions")
                    ? ints(batch.get("positions").get(m))
                    : IntStream.range(0, length).toArray();
            examples.add(new Example(length,
                    Map.of(Example.TOKENS, Arrays.copyOf(tokens, length), Example.POSITIONS, positions,
                            Example.LABELS, Arrays.copyOfRange(tokens, 1, tokens.length)),
                    Map.of(Example.FED, doubles(batch.get("attention_mask").get(m)),
                            Example.WEIGHTS, doubles(batch.get("loss_mask").get(m)))));
        }
        return examples;
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    private static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    private static double[] transpose(double[] matrix, int rows, int columns) {
        double[] transposed = new double[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = matrix[i * columns + j];
            }
        }
        return transposed;
    }
}
