package org.plumbline.model;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsFile;
import tools.jackson.databind.JsonNode;

/**
 * The tiny GPT-2 of {@code fixtures/decoders/gpt2}: a model, six sequences and what PyTorch computed for them in double
 * precision. See {@code ORIGIN.md} beside the files.
 */
public final class Gpt2Fixture {
    private final Path folder;
    private final Gpt2 model;

    public Gpt2Fixture() {
        try {
            folder = Path.of(Gpt2Fixture.class.getResource("/fixtures/decoders/gpt2/config.json").toURI()).getParent();
        } catch (URISyntaxException unreachable) {
            throw new IllegalStateException(unreachable);
        }
        JsonNode config = Json.read(folder.resolve("config.json"));
        model = new Gpt2(new Gpt2Config(
                config.get("vocab_size").asInt(), config.get("n_positions").asInt(), config.get("n_embd").asInt(),
                config.get("n_layer").asInt(), config.get("n_head").asInt(), config.get("n_inner").asInt(),
                config.get("tie_word_embeddings").asBoolean(), config.get("layer_norm_epsilon").asDouble()));
    }

    public Gpt2 model() {
        return model;
    }

    public Parameters parameters() {
        return Parameters.ofDoubles(model.space(), byParameter("model.safetensors", ""));
    }

    /** A tensor for each parameter, stored under {@code prefix + name}, in this library's {@code [out, in]}. */
    public Map<String, double[]> golden(String prefix) {
        return byParameter("golden.safetensors", prefix);
    }

    private Map<String, double[]> byParameter(String file, String prefix) {
        Map<String, double[]> values = new LinkedHashMap<>();
        try (SafetensorsFile tensors = SafetensorsFile.open(folder.resolve(file))) {
            for (String name : model.space().shapes().keySet()) {
                int[] shape = tensors.shape(prefix + name);
                double[] stored = tensors.doubles(prefix + name);
                // Hugging Face's Conv1D keeps the weights of its linear layers as [in, out].
                boolean transposed = name.contains(".c_") && shape.length == 2;
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
            int[] positions = new int[length];
            for (int t = 0; t < length; t++) {
                positions[t] = t;
            }
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
