package org.plumbline.verification.cli;

import java.nio.file.Path;
import org.plumbline.io.InputException;
import org.plumbline.text.Packing;
import org.plumbline.verification.scale.ModelFolder;
import org.plumbline.verification.scale.TokenisedCorpus;
import picocli.CommandLine.Option;

/** Options about the corpus and how it is cut into sequences. */
final class DataOptions {

    @Option(names = "--data", paramLabel = "FILE", required = true,
            description = "Corpus: .jsonl (a text, or a prompt and a completion, on each line), .csv, .tsv or .txt.")
    private Path data;

    @Option(names = "--length", paramLabel = "N", description = "Positions of a sequence. Default: the model's context.")
    private Integer length;

    @Option(names = "--packing", paramLabel = "MODE", defaultValue = "split",
            description = "split (a document makes as many sequences as it needs), truncate, or pack (documents share"
                    + " sequences; needs --end-token).")
    private String packing;

    @Option(names = "--end-token", paramLabel = "ID", defaultValue = "-1", description = "Token put after each document.")
    private int endToken;

    @Option(names = "--scratch", paramLabel = "DIR", description = "Folder for the tokenised corpus while a command runs.")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    TokenisedCorpus open(ModelFolder model) {
        return TokenisedCorpus.open(data, packing(model.model().maximumLength()), model, scratch);
    }

    Path data() {
        return data;
    }

    Path scratch() {
        return scratch;
    }

    Packing packing(int context) {
        Packing.Mode mode = switch (packing) {
            case "split" -> Packing.Mode.SPLIT;
            case "truncate" -> Packing.Mode.TRUNCATE;
            case "pack" -> Packing.Mode.PACK;
            default -> throw new InputException("--packing '" + packing + "' is unknown: expected split, truncate or pack");
        };
        return new Packing(length == null ? context : length, mode, Packing.NONE, endToken, 0, true);
    }
}
