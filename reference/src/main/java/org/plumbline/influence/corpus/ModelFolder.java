package org.plumbline.influence.corpus;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.plumbline.engine.Precision;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.model.Decoder;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.pretrained.LoraAdapter;
import org.plumbline.model.pretrained.PretrainedModel;

/**
 * A model with its tokenizer, from a folder in Hugging Face's layout.
 *
 * @param adapter folder of the LoRA adapter that was merged into the parameters, if one was
 */
public record ModelFolder(
        Path folder, Optional<Path> adapter, Decoder model, Parameters parameters, HashedTokenizer tokenizer) {

    /**
     * Reads the weights in single precision, and the tokenizer beside them.
     *
     * @throws InputException if the folder holds no model, no tokenizer, or a model that does not know all tokens of it
     */
    public static ModelFolder load(Path folder) {
        return load(folder, Precision.SINGLE, HashedTokenizer.load(folder));
    }

    /**
     * Reads the weights.
     *
     * @throws InputException if the folder holds no model, or one that does not know all tokens of the tokenizer
     */
    public static ModelFolder load(Path folder, Precision precision, HashedTokenizer tokenizer) {
        return load(folder, Optional.empty(), precision, tokenizer);
    }

    /**
     * Reads the weights, and merges an adapter into them.
     *
     * @param adapter folder of a LoRA adapter, if there is one
     * @throws InputException if the folder holds no model, or one that does not know all tokens of the tokenizer, or
     *     the adapter does not fit it
     */
    public static ModelFolder load(
            Path folder, Optional<Path> adapter, Precision precision, HashedTokenizer tokenizer) {
        // What is quick to find out comes before the weights are read.
        tokenizer.tokenizer().requireWithin(PretrainedModel.architecture(folder).vocabulary());
        adapter.ifPresent(LoraAdapter::files);
        PretrainedModel base = PretrainedModel.load(folder, precision);
        PretrainedModel pretrained = adapter.map(path -> LoraAdapter.merge(base, path)).orElse(base);
        return new ModelFolder(folder, adapter, pretrained.model(), pretrained.parameters(), tokenizer);
    }

    /**
     * The layers whose names match a pattern, in the order of the forward pass.
     *
     * @param glob such as {@code *.mlp.*}
     * @throws InputException if it is no pattern, or no layer matches
     */
    public List<TrackedLayer> layers(String glob) {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new InputException("layers '" + glob + "' is no pattern: " + e.getDescription(), e);
        }
        List<TrackedLayer> layers =
                model.layers().stream().filter(layer -> matcher.matches(Path.of(layer.name()))).toList();
        if (layers.isEmpty()) {
            throw new InputException("layers '" + glob + "' matches none of "
                    + model.layers().stream().map(TrackedLayer::name).toList());
        }
        return layers;
    }

    /**
     * What speaks against the tokenizer that the model was loaded with: another one lies beside the model, another one
     * is what {@code train} noted, or it has fewer than half as many tokens. Empty if nothing does.
     */
    public Optional<String> tokenizerMismatch() {
        return TokenizerOfModel.mismatch(this);
    }

    /**
     * The layers that a store of factors is on.
     *
     * @throws InputException if there is no finished store, or it is on layers that the model lacks
     */
    public List<TrackedLayer> layersOf(Path factors) {
        return FactorStore.layers(factors).stream()
                .map(name -> model.layers().stream()
                        .filter(layer -> layer.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new InputException(
                                "the factors are on a layer '" + name + "' that the model lacks")))
                .toList();
    }

    /** SHA-256 over {@code config.json} and the weights, by name, and those of the adapter; reads them all. */
    public String hash() {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(path -> {
                String name = path.getFileName().toString();
                return name.equals("config.json") || name.startsWith("model") && name.endsWith(".safetensors");
            }).sorted().toList();
            Stream<Path> ofAdapter = adapter.stream().flatMap(path -> LoraAdapter.files(path).stream());
            return Hashes.sha256(Stream.concat(files.stream(), ofAdapter).toList());
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
    }
}
