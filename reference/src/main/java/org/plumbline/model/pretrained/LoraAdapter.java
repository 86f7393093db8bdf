package org.plumbline.model.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.plumbline.engine.Storage;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.model.Parameters;
import org.plumbline.program.Shape;

/**
 * A LoRA adapter (Hu et al. 2021) in peft's layout, {@code adapter_config.json} and {@code adapter_model.safetensors}:
 * each layer's {@code W [out, in]} becomes {@code W + s·B·A} with {@code A [r, in]}, {@code B [out, r]} and
 * {@code s = α/r}, or {@code α/√r} for rsLoRA. The sum is in double precision and rounded to that of the parameters.
 */
public final class LoraAdapter {
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final String BASE = ".base_layer.weight";

    private LoraAdapter() {}

    /**
     * The files of an adapter.
     *
     * @throws InputException if one of them is missing
     */
    public static List<Path> files(Path folder) {
        List<Path> files = List.of(folder.resolve(LoraConfig.FILE), folder.resolve(WEIGHTS));
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new InputException(folder + ": found no " + file.getFileName() + ", expected a LoRA adapter: "
                        + LoraConfig.FILE + " and " + WEIGHTS);
            }
        }
        return files;
    }

    /**
     * The model with an adapter merged into its weights.
     *
     * @param folder of the adapter
     * @throws InputException if a file is missing or malformed, an option is not supported, or a tensor fits no layer
     */
    public static PretrainedModel merge(PretrainedModel model, Path folder) {
        files(folder);
        LoraConfig config = LoraConfig.read(folder);
        Map<String, Storage> values = new LinkedHashMap<>(model.parameters().storages());
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
            TreeSet<String> left = new TreeSet<>(file.names());
            for (String name : file.names()) {
                if (name.endsWith(A) && name.startsWith(PREFIX)) {
                    String layer = name.substring(PREFIX.length(), name.length() - A.length());
                    left.remove(name);
                    left.remove(PREFIX + layer + B);
                    merge(file, layer, config, model.parameters(), values);
                }
            }
            // A copy of the weights that the adapter stands on, which peft stores for the head.
            left.removeIf(name -> name.endsWith(BASE) && isBase(file, name, model.parameters()));
            if (!left.isEmpty()) {
                throw new InputException(file.path() + ": tensor '" + left.first() + "': found no place for it in the "
                        + "model, expected names such as " + PREFIX + "LAYER" + A + " and " + B);
            }
        }
        return new PretrainedModel(
                model.model(), new Parameters(model.parameters().space(), model.parameters().precision(), values));
    }

    private static boolean isBase(SafetensorsFile file, String name, Parameters parameters) {
        String parameter = name.substring(PREFIX.length(), name.length() - BASE.length()) + ".weight";
        if (!parameters.storages().containsKey(parameter)) {
            return false;
        }
        file.requireShape(name, parameters.space().shape(parameter).dimensions());
        boolean same = Matrices.equal(
                Storage.of(parameters.precision(), file.doubles(name)), parameters.storages().get(parameter));
        if (!same) {
            throw new InputException(file.path() + ": tensor '" + name + "' is not the weight of the model, expected "
                    + "the model that the adapter was trained on");
        }
        return true;
    }

    private static void merge(
            SafetensorsFile file, String layer, LoraConfig config, Parameters parameters, Map<String, Storage> values) {
        String parameter = layer + ".weight";
        if (!values.containsKey(parameter) || parameters.space().shape(parameter).rank() != 2) {
            throw new InputException(file.path() + ": tensor '" + PREFIX + layer + A + "': found no matrix '"
                    + parameter + "' in the model, expected the model that the adapter was trained on");
        }
        Shape shape = parameters.space().shape(parameter);
        int out = shape.dimension(0);
        int in = shape.dimension(1);
        int rank = config.rankOf(layer);
        if (!file.names().contains(PREFIX + layer + B)) {
            throw new InputException(file.path() + ": tensor '" + PREFIX + layer + B + "' is missing");
        }
        double[] a = matrix(file, PREFIX + layer + A, rank, in);
        double[] b = matrix(file, PREFIX + layer + B, out, rank);
        double[] merged = parameters.doubles(parameter).clone();
        double scale = config.scaleOf(layer);
        for (int i = 0; i < out; i++) {
            for (int k = 0; k < rank; k++) {
                double factor = scale * b[i * rank + k];
                for (int j = 0; j < in; j++) {
                    merged[i * in + j] += factor * a[k * in + j];
                }
            }
        }
        values.put(parameter, finite(file, layer, Storage.of(parameters.precision(), merged)));
    }

    private static double[] matrix(SafetensorsFile file, String name, int rows, int columns) {
        file.requireShape(name, rows, columns);
        if (!file.dtype(name).isFloating()) {
            throw new InputException(file.path() + ": tensor '" + name + "': found dtype " + file.dtype(name)
                    + ", expected F64, F32, F16 or BF16");
        }
        return file.doubles(name);
    }

    private static Storage finite(SafetensorsFile file, String layer, Storage merged) {
        int bad = Matrices.firstNotFinite(merged);
        if (bad >= 0) {
            throw new InputException(file.path() + ": layer '" + layer + "': element " + bad
                    + " of the merged weight is no finite number: the adapter is damaged, or training diverged");
        }
        return merged;
    }
}
