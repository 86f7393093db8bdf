package org.plumbline.verification.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.plumbline.io.InputException;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Packing;
import org.plumbline.text.Tokenizer;
import picocli.CommandLine.Option;

/** Options about a corpus, its tokens and its sequences. */
final class CorpusOptions {
    private static final int LENGTH = 1024;

    @Option(names = "--data", paramLabel = "PATH", required = true,
            description = "File, or folder of files: .jsonl, .csv, .tsv, .txt or .md, each with .gz or without.")
    private Path data;

    @Option(names = "--tokenizer", paramLabel = "PATH",
            description = {
                "tokenizer.json, or a folder with it or with vocab.json and merges.txt;",
                "'bytes' for a token for each byte. Default: the model's folder."
            })
    private String tokenizer;

    @Option(names = "--text-field", paramLabel = "NAME", defaultValue = "text", description = "Field of a text.")
    private String text;

    @Option(names = "--prompt-field", paramLabel = "NAME", defaultValue = "prompt",
            description = "Field of a prompt, which bears no loss.")
    private String prompt;

    @Option(names = "--completion-field", paramLabel = "NAME", defaultValue = "completion",
            description = "Field of a completion.")
    private String completion;

    @Option(names = "--id-field", paramLabel = "NAME", defaultValue = "id", description = "Field of a document's name.")
    private String id;

    @Option(names = "--length", paramLabel = "N",
            description = "Positions of a sequence. Default: the model's context, at most " + LENGTH + ".")
    private Integer length;

    @Option(names = "--long-documents", paramLabel = "split|truncate", defaultValue = "split",
            description = "Whether a document longer than a sequence makes several, or is cut off.")
    private String longDocuments;

    DocumentSource source() {
        return DocumentSource.of(data, format());
    }

    private CorpusFormat format() {
        FieldNames fields = new FieldNames(text, prompt, completion, id);
        Path named = Files.isDirectory(data) ? firstFile() : data;
        return switch (CorpusFormat.ofName(named)) {
            case CorpusFormat.JsonLines _ -> new CorpusFormat.JsonLines(fields);
            case CorpusFormat.Table table -> new CorpusFormat.Table(table.delimiter(), fields);
            case CorpusFormat other -> other;
        };
    }

    /** The files of a folder are of one format, that of the first. */
    private Path firstFile() {
        return DocumentSource.of(data, new CorpusFormat.PlainText("")).files().getFirst();
    }

    Tokenizer tokenizer(Path model) {
        if (tokenizer == null) {
            return HuggingFaceTokenizer.load(model);
        }
        return tokenizer.equals("bytes") ? new ByteTokenizer() : HuggingFaceTokenizer.load(Path.of(tokenizer));
    }

    Packing packing(int context) {
        int positions = length == null ? Math.min(context, LENGTH) : length;
        return switch (longDocuments) {
            case "split" -> Packing.splitting(positions);
            case "truncate" -> Packing.truncating(positions);
            default -> throw new InputException("--long-documents '" + longDocuments + "': expected split or truncate");
        };
    }
}
