package org.plumbline.model.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.model.Architecture;
import org.plumbline.model.Decoder;
import org.plumbline.model.Transformer;

/**
 * A family of decoders, on one page: it reads the family's options and names its parts and their tensors. A model is
 * written with the options that it was read with.
 */
abstract non-sealed class Family implements CheckpointFormat {
    /** Its {@code model_type}. */
    abstract String type();

    /** The architecture that options describe; each that matters is read. */
    abstract Architecture architecture(ConfigOptions options, int mostLayers);

    /** Options of this family that do not change what a model computes. */
    List<String> irrelevant() {
        return List.of();
    }

    @Override
    public final Decoder read(ConfigOptions options, int mostLayers) {
        CheckpointFormat.requireCommon(options);
        Architecture architecture = architecture(options, mostLayers);
        options.finish(Stream.concat(CheckpointFormat.IRRELEVANT.stream(), irrelevant().stream()).toList());
        return new Transformer(type(), options.all(), architecture);
    }

    @Override
    public final Map<String, Object> write(Decoder model) {
        Map<String, Object> options = new LinkedHashMap<>(((Transformer) model).options());
        // What the type of the weights was: the caller adds what it is.
        options.remove("dtype");
        options.remove("torch_dtype");
        return options;
    }

    @Override
    public String prefix() {
        return "model.";
    }

    @Override
    public Pattern buffers() {
        return ROTARY_TABLES;
    }
}
