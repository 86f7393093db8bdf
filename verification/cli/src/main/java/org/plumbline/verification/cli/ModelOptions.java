package org.plumbline.verification.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Precision;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.io.InputException;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.IdTokenizer;
import picocli.CommandLine.Option;

/** Options about the model and the precision of its programs. */
final class ModelOptions {

    @Option(names = "--model", paramLabel = "DIR", required = true,
            description = "Model folder in Hugging Face's layout: config.json, model.safetensors (or shards) "
                    + "and a tokenizer.")
    private Path model;

    @Option(names = "--adapter", paramLabel = "DIR",
            description = "LoRA adapter in peft's layout, merged into the model's weights: adapter_config.json and "
                    + "adapter_model.safetensors.")
    private @Nullable Path adapter;

    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "single",
            description = "single or double. Sums over sequences are always double.")
    private String precision;

    ModelFolder load(DataOptions data) {
        data.requireMeaning();
        data.isFor(model);
        ModelFolder loaded = load(data.tokenizer().or(() -> Optional.of(ofModel(data))));
        if (!(loaded.tokenizer().tokenizer() instanceof IdTokenizer)) {
            loaded.tokenizerMismatch().ifPresent(data::warn);
        }
        return loaded;
    }

    /** With a tokenizer that was asked for, or else the model's. */
    ModelFolder load(Optional<HashedTokenizer> asked) {
        Precision format = precision();
        HashedTokenizer tokenizer = asked.orElseGet(() -> HashedTokenizer.load(model));
        return ModelFolder.load(model, Optional.ofNullable(adapter), format, tokenizer);
    }

    /** Token ids need no tokenizer. */
    private HashedTokenizer ofModel(DataOptions data) {
        boolean present = HuggingFaceTokenizer.files(model).stream().anyMatch(Files::exists);
        return !present && data.hasTokenIds()
                ? HashedTokenizer.ids(PretrainedModel.architecture(model).vocabulary())
                : data.prepared(HashedTokenizer.load(model));
    }

    private Precision precision() {
        return switch (precision) {
            case "single" -> Precision.SINGLE;
            case "double" -> Precision.DOUBLE;
            default -> throw new InputException(
                    "--precision '" + precision + "' is unknown: expected single or double");
        };
    }
}
