package org.plumbline.model.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.model.Decoder;
import org.plumbline.model.Parameters;
import org.plumbline.program.Shape;

/**
 * Finds each parameter's tensor, checks it and converts it. Every tensor is accounted for: it is a parameter, a buffer
 * without meaning, or a copy of the embedding where the head is tied to it.
 */
final class WeightReader {
    private final Path folder;
    private final CheckpointFormat format;
    private final TensorFiles files;

    WeightReader(Path folder, CheckpointFormat format, TensorFiles files) {
        this.folder = folder;
        this.format = format;
        this.files = files;
    }

    /**
     * @throws InputException as {@link #match}, or if an element is no finite number, or the head is stored and is not
     *     the embedding that it is tied to
     */
    Parameters read(Decoder model, Precision precision) {
        Map<String, String> tensors = match(model);
        Map<String, Storage> values = new LinkedHashMap<>();
        model.space().shapes().forEach((parameter, shape) -> {
            Storage storage = values(tensors.get(parameter), precision);
            values.put(parameter, format.transposed(parameter)
                    ? Matrices.transpose(storage, shape.dimension(1), shape.dimension(0))
                    : storage);
        });
        copiedHead(model).ifPresent(tensor -> requireCopy(model, tensor, precision, values));
        return new Parameters(model.space(), precision, values);
    }

    /**
     * The tensor of each parameter. No weight is read.
     *
     * @throws InputException if a tensor is missing, unexpected, twice under two names, of another shape or of integers
     */
    Map<String, String> match(Decoder model) {
        Map<String, Shape> shapes = model.space().shapes();
        Map<String, String> tensors = new LinkedHashMap<>();
        shapes.keySet().forEach(parameter -> tensors.put(parameter, find(parameter)
                .orElseThrow(() -> new InputException(folder + ": tensor '" + parameter + "' " + shapes.get(parameter)
                        + " is missing; the configuration needs it"))));
        Set<String> used = new LinkedHashSet<>(tensors.values());
        copiedHead(model).ifPresent(used::add);
        requireKnown(used);
        shapes.forEach((parameter, shape) -> requireFits(tensors.get(parameter), stored(parameter, shape)));
        return tensors;
    }

    /** The tensor of the head where that is the embedding all the same. */
    private Optional<String> copiedHead(Decoder model) {
        return model.space().shapes().containsKey(format.head()) ? Optional.empty() : find(format.head());
    }

    private Shape stored(String parameter, Shape shape) {
        return format.transposed(parameter) ? Shape.of(shape.dimension(1), shape.dimension(0)) : shape;
    }

    private Optional<String> find(String parameter) {
        List<String> names = new ArrayList<>(List.of(parameter));
        if (parameter.startsWith(format.prefix())) {
            names.add(parameter.substring(format.prefix().length()));
        }
        names.addAll(format.aliases(parameter));
        List<String> present = names.stream().filter(files.byTensor()::containsKey).toList();
        if (present.size() > 1) {
            throw new InputException(folder + ": tensors " + present + " are one parameter, expected one of them");
        }
        return present.stream().findFirst();
    }

    private void requireKnown(Set<String> used) {
        List<String> unknown = files.byTensor().keySet().stream()
                .filter(name -> !used.contains(name) && !format.buffers().matcher(name).matches())
                .toList();
        if (!unknown.isEmpty()) {
            throw new InputException(folder + ": found " + unknown.size()
                    + " tensors that the configuration has no use for: "
                    + String.join(", ", unknown.subList(0, Math.min(5, unknown.size())))
                    + (unknown.size() > 5 ? ", …" : ""));
        }
    }

    private SafetensorsFile file(String tensor) {
        return files.byTensor().get(tensor);
    }

    private void requireFits(String tensor, Shape shape) {
        SafetensorsFile file = file(tensor);
        file.requireShape(tensor, shape.dimensions());
        if (!file.dtype(tensor).isFloating()) {
            throw new InputException(file.path() + ": tensor '" + tensor + "': found dtype " + file.dtype(tensor)
                    + ", expected F64, F32, F16 or BF16");
        }
    }

    private Storage values(String tensor, Precision precision) {
        SafetensorsFile file = file(tensor);
        Storage values = switch (precision) {
            case SINGLE -> Storage.of(file.floats(tensor));
            case DOUBLE -> Storage.of(file.doubles(tensor));
        };
        int bad = Matrices.firstNotFinite(values);
        if (bad >= 0) {
            throw new InputException(file.path() + ": tensor '" + tensor + "': element " + bad
                    + " is no finite number: the weights are damaged, or training diverged");
        }
        return values;
    }

    /** Some files store the tied head as well; if it is not the embedding, the configuration or the file is wrong. */
    private void requireCopy(Decoder model, String tensor, Precision precision, Map<String, Storage> values) {
        String embedding = model.architecture().embedding().tokens();
        requireFits(tensor, model.space().shape(embedding));
        if (!Matrices.equal(values(tensor, precision), values.get(embedding))) {
            throw new InputException(file(tensor).path() + ": tensor '" + tensor
                    + "' is not the token embedding, but option 'tie_word_embeddings' says that it is");
        }
    }
}
