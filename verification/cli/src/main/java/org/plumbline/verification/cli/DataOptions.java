package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.plumbline.batch.FisherLabels;
import org.plumbline.influence.InfluenceBuilder;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.InputException;
import org.plumbline.text.Conversations;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Packing;
import org.plumbline.text.ReadLimits;
import org.plumbline.text.Tokenizer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options about a corpus, its tokens and how they are cut into sequences: the same for every command. */
final class DataOptions {
    /** Labels for the plan of a query or a scan, which does not depend on those of the fit. */
    static final FisherLabels LABELS = new FisherLabels.Sampled(0, 1);

    private static final int DEFAULT_POSITIONS = InfluenceBuilder.DEFAULT_POSITIONS;

    /** What ends a document in the vocabularies of GPT-2, Pythia, OLMo and Qwen; of Llama 3; of Llama 2. */
    private static final List<String> ENDS = List.of("<|endoftext|>", "<|end_of_text|>", "</s>");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10})([KMG]?)");

    @Option(names = "--data", paramLabel = "PATH", required = true,
            description = "Corpus: a file, a folder, or a quoted pattern such as 'texts/**/*.jsonl.gz'; several are "
                    + "read in this order. Text may be compressed with gzip.")
    private List<String> data;

    @Option(names = "--format", paramLabel = "NAME",
            description = "jsonl, json (an array of records), parquet, csv, tsv or text; or uint16 or uint32 for "
                    + "token ids as nanoGPT and OLMo write them. "
                    + "Default: from the file's extension.")
    private String format;

    @Option(names = "--separator", paramLabel = "TEXT",
            description = "Text between the documents of a text file, such as '\\n\\n' (default: one document per "
                    + "file); or the token between the documents of a file of token ids (default: one document per "
                    + "sequence).")
    private String separator;

    @Option(names = "--text-field", paramLabel = "NAME", defaultValue = "text",
            description = "Field or column with the text of a document.")
    private String text;

    @Option(names = "--prompt-field", paramLabel = "NAME", defaultValue = "prompt",
            description = "Field with a prompt. Its tokens are read but bear no loss.")
    private String prompt;

    @Option(names = "--completion-field", paramLabel = "NAME", defaultValue = "completion",
            description = "Field with the completion of the prompt.")
    private String completion;

    @Option(names = "--id-field", paramLabel = "NAME", defaultValue = "id",
            description = "Field with the id of a document. All other fields are kept as metadata.")
    private String id;

    @Option(names = "--tokenizer", paramLabel = "PATH",
            description = "tokenizer.json, its folder, or a folder with vocab.json and merges.txt; 'bytes' for one "
                    + "token per byte. Default: the model's tokenizer; train makes its own.")
    private String tokenizer;

    @Option(names = "--length", paramLabel = "N",
            description = "Positions per sequence, each of which reads a token and predicts the next one: N + 1 tokens "
                    + "of a text. Default: the model's context, at most " + DEFAULT_POSITIONS
                    + "; train uses the context of its configuration.")
    private Integer length;

    @Option(names = "--packing", paramLabel = "MODE", defaultValue = "split",
            description = "split: cut a long document into several sequences; truncate: keep its first sequence "
                    + "and drop the rest; pack: put several documents into one sequence, with a token between them.")
    private String packing;

    @Option(names = "--begin-token", paramLabel = "TOKEN",
            description = "Token before each document, as text or id. Default: none.")
    private String beginToken;

    @Option(names = "--end-token", paramLabel = "TOKEN",
            description = "Token after each document, as text or id. Default: none; with --packing pack, the "
                    + "tokenizer's end-of-text token.")
    private String endToken;

    @Option(names = "--special-tokens", paramLabel = "MODE", defaultValue = HashedTokenizer.PARSED,
            description = "What the text of a special token, such as <|endoftext|>, is in documents and queries: parse "
                    + "makes it that token; text makes it text like any other, as befits data from strangers.")
    private String specialTokens;

    @Option(names = "--limit", paramLabel = "NAME=N",
            description = "Most that a file may ask for: bytes of a line (line=16M) or of a document (document=64M), "
                    + "values of a record (fields=100000), times its compressed size (ratio=200). N may end in K, M or "
                    + "G. Several are allowed.")
    private Map<String, String> limit = Map.of();

    @Mixin
    private ChatOptions chat;

    /** Of the model whose data it is, once it is known. */
    private @Nullable Path model;

    /** Says which model the data are for: its folder has the template of conversations. */
    void isFor(Path folder) {
        model = folder;
    }

    /** How records with messages are read. */
    Conversations conversations() {
        List<Path> folders = new ArrayList<>();
        if (tokenizer != null && !tokenizer.equals(HashedTokenizer.BYTES)) {
            Path path = Path.of(tokenizer);
            folders.add(Files.isDirectory(path) ? path : path.toAbsolutePath().getParent());
        }
        if (model != null) {
            folders.add(model);
        }
        return chat.conversations(folders, specialTokens.equals(HashedTokenizer.AS_TEXT));
    }

    /**
     * Refuses options that mean nothing beside the format.
     *
     * @throws InputException if there is one
     */
    void requireMeaning() {
        switch (format) {
            case "jsonl", "json", "parquet" -> GivenOptions.refuse(command,
                    "with --format " + format + ", whose documents are records", "--separator");
            case "csv", "tsv" -> GivenOptions.refuse(command, "with --format " + format + ", whose documents are rows",
                    "--separator", "--chat-template", "--chat-loss");
            case "text", "uint16", "uint32" -> {
                // The fields of a file of queries are those of the corpus.
                if (!GivenOptions.has(command, "--queries")) {
                    GivenOptions.refuse(command, "with --format " + format + ", which has no fields",
                            "--text-field", "--prompt-field", "--completion-field", "--id-field", "--chat-template",
                            "--chat-loss");
                }
            }
            case null, default -> { }
        }
    }

    /** The tokenizer that was asked for, if one was. */
    Optional<HashedTokenizer> tokenizer() {
        return Optional.ofNullable(tokenizer).map(HashedTokenizer::named).map(this::prepared);
    }

    /** A tokenizer as it is to read the data, after a word on what of it is passed over. */
    HashedTokenizer prepared(HashedTokenizer read) {
        if (read.tokenizer() instanceof HuggingFaceTokenizer known && !known.ignoredFields().isEmpty()) {
            command.commandLine().getErr().println("note: " + read.files().firstEntry().getKey() + ": found "
                    + String.join(" and ", known.ignoredFields())
                    + ", and passed over: a text keeps all of its tokens and gets no others");
        }
        return switch (specialTokens) {
            case HashedTokenizer.PARSED -> read;
            case HashedTokenizer.AS_TEXT -> read.withSpecialTokensAsText();
            default -> throw new InputException(
                    "--special-tokens '" + specialTokens + "' is unknown: expected parse or text");
        };
    }

    /** Tells what a user should know and nothing fails for. */
    void warn(String warning) {
        command.commandLine().getErr().println("warning: " + warning);
    }

    /** Whether the data are token ids, which need no tokenizer. */
    boolean hasTokenIds() {
        return "uint16".equals(format) || "uint32".equals(format);
    }

    /**
     * The corpus as a model's sequences.
     *
     * @param scratch folder for them
     * @param err told what is left out and dropped
     */
    TokenizedCorpus open(ModelFolder model, Path scratch, PrintWriter err) {
        return ofModel(data, model, scratch, err);
    }

    /**
     * Another corpus as a model's sequences.
     *
     * @param path file, folder or pattern
     * @param scratch folder for them
     * @param err told what is left out and dropped
     */
    TokenizedCorpus open(String path, ModelFolder model, Path scratch, PrintWriter err) {
        return ofModel(List.of(path), model, scratch, err);
    }

    private TokenizedCorpus ofModel(List<String> paths, ModelFolder model, Path scratch, PrintWriter err) {
        int context = model.model().maximumLength();
        return open(paths, model.tokenizer(), Math.min(context, DEFAULT_POSITIONS), context, scratch, err);
    }

    /** Whether this is the path of the corpus. */
    boolean isAt(String path) {
        return data.equals(List.of(path));
    }

    /**
     * The corpus as sequences to train on.
     *
     * @param scratch folder for them
     * @param err told what is left out and dropped
     */
    TokenizedCorpus open(HashedTokenizer chosen, int context, Path scratch, PrintWriter err) {
        return open(chosen, context, context, scratch, err);
    }

    private TokenizedCorpus open(
            HashedTokenizer chosen, int positions, int context, Path scratch, PrintWriter err) {
        return open(data, chosen, positions, context, scratch, err);
    }

    private TokenizedCorpus open(
            List<String> paths, HashedTokenizer chosen, int positions, int context, Path scratch, PrintWriter err) {
        Packing policy = packing(chosen.tokenizer(), positions);
        TokenizedCorpus corpus = TokenizedCorpus.open(
                source(paths, chosen.tokenizer(), policy.length()), policy, chosen, context, scratch);
        CorpusNotes.print(corpus.report(), err);
        return corpus;
    }

    /**
     * Another corpus, read and cut as the one to train on is.
     *
     * @param path file, folder or pattern
     * @param scratch folder for the sequences
     * @param err told what is left out and dropped
     */
    TokenizedCorpus held(String path, HashedTokenizer chosen, int context, Path scratch, PrintWriter err) {
        return open(List.of(path), chosen, context, context, scratch, err);
    }

    /** The policy for a model. */
    Packing packing(ModelFolder model) {
        return packing(model.tokenizer().tokenizer(), Math.min(model.model().maximumLength(), DEFAULT_POSITIONS));
    }

    private Packing packing(Tokenizer chosen, int positions) {
        Packing.Mode mode = switch (packing) {
            case "split" -> Packing.Mode.SPLIT;
            case "truncate" -> Packing.Mode.TRUNCATE;
            case "pack" -> Packing.Mode.PACK;
            default -> throw new InputException(
                    "--packing '" + packing + "' is unknown: expected split, truncate or pack");
        };
        int begin = beginToken == null ? Packing.NONE : token("--begin-token", beginToken, chosen);
        int end = endToken != null ? token("--end-token", endToken, chosen)
                : mode == Packing.Mode.PACK && begin == Packing.NONE ? textEnd(chosen) : Packing.NONE;
        return new Packing(length == null ? positions : length, mode, begin, end, 0, true);
    }

    private static int textEnd(Tokenizer chosen) {
        return endOfText(chosen)
                .orElseThrow(() -> new InputException("--packing pack: the tokenizer has none of " + ENDS
                        + ", expected --end-token or --begin-token to put between documents"));
    }

    /** The token that ends a document in known vocabularies. */
    static OptionalInt endOfText(Tokenizer chosen) {
        return ENDS.stream().filter(_ -> chosen instanceof HuggingFaceTokenizer)
                .flatMapToInt(end -> ((HuggingFaceTokenizer) chosen).id(end).stream()).findFirst();
    }

    /** The token that an option names by its text or id. */
    static int token(String option, String value, Tokenizer chosen) {
        if (value.matches("\\d{1,9}")) {
            return Integer.parseInt(value);
        }
        if (chosen instanceof HuggingFaceTokenizer known && known.id(value).isPresent()) {
            return known.id(value).getAsInt();
        }
        throw new InputException(option + " '" + value + "' is neither an id nor a token of the tokenizer");
    }

    /** Texts of the corpus, for a tokenizer to learn from. */
    DocumentSource texts() {
        if (hasTokenIds()) {
            throw new InputException("--format " + format + ": token ids have no text to learn a tokenizer from,"
                    + " expected --tokenizer");
        }
        return read(joined(data, this::textFormat));
    }

    /** The documents of the corpus. */
    DocumentSource source(Tokenizer chosen, int positions) {
        return source(data, chosen, positions);
    }

    private DocumentSource source(List<String> paths, Tokenizer chosen, int positions) {
        return switch (format) {
            case "uint16" -> read(joined(paths, _ -> tokenIds(2, chosen, positions)));
            case "uint32" -> read(joined(paths, _ -> tokenIds(4, chosen, positions)));
            case null, default -> read(joined(paths, this::textFormat));
        };
    }

    private static DocumentSource joined(List<String> paths, Function<Path, CorpusFormat> format) {
        return DocumentSource.joined(paths.stream().map(path -> DocumentSource.named(path, format)).toList());
    }

    /** A file of queries: text, with the same fields as the corpus. */
    DocumentSource queries(Path file) {
        return read(DocumentSource.of(file, ParquetRecords.isNamed(file)
                ? parquet() : CorpusFormat.ofName(file, fields(), separator())));
    }

    private DocumentSource read(DocumentSource source) {
        return source.within(limits()).conversing(conversations()).telling(this::warn);
    }

    private ReadLimits limits() {
        Map<String, Integer> changed = new TreeMap<>();
        limit.forEach((name, value) -> changed.put(name, size(name, value)));
        try {
            return ReadLimits.DEFAULT.with(changed);
        } catch (InputException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    private static int size(String name, String value) {
        Matcher size = SIZE.matcher(value);
        long factor = size.matches() ? 1L << 10 * " KMG".indexOf(size.group(2).isEmpty() ? " " : size.group(2)) : 0;
        if (factor == 0 || Long.parseLong(size.group(1)) * factor > Integer.MAX_VALUE) {
            throw new InputException("--limit " + name + "=" + value
                    + " is no size: expected a whole number of at most 1G, such as 64M");
        }
        return (int) (Long.parseLong(size.group(1)) * factor);
    }

    private CorpusFormat textFormat(Path file) {
        return switch (format) {
            case null -> ParquetRecords.isNamed(file) ? parquet() : CorpusFormat.ofName(file, fields(), separator());
            case "parquet" -> parquet();
            case "jsonl" -> new CorpusFormat.JsonLines(fields());
            case "json" -> new CorpusFormat.JsonArray(fields());
            case "csv" -> new CorpusFormat.Table(',', fields());
            case "tsv" -> new CorpusFormat.Table('\t', fields());
            case "text" -> new CorpusFormat.PlainText(separator());
            default -> throw new InputException(
                    "--format '" + format
                            + "' is unknown: expected jsonl, json, parquet, csv, tsv, text, uint16 or uint32");
        };
    }

    /** Without a separator every document is as long as a sequence with its last label. */
    private CorpusFormat tokenIds(int bytes, Tokenizer chosen, int positions) {
        return separator == null
                ? new CorpusFormat.TokenIds(bytes, CorpusFormat.TokenIds.NO_SEPARATOR, positions + 1)
                : new CorpusFormat.TokenIds(bytes, token("--separator", separator, chosen), 0);
    }

    private CorpusFormat parquet() {
        return new CorpusFormat.Records(fields(), ParquetRecords::open);
    }

    private FieldNames fields() {
        return new FieldNames(text, prompt, completion, id);
    }

    private String separator() {
        try {
            return separator == null ? "" : separator.translateEscapes();
        } catch (IllegalArgumentException e) {
            throw new InputException("--separator '" + separator + "': " + e.getMessage(), e);
        }
    }
}
