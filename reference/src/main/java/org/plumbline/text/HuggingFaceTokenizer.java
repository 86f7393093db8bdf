package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;

/**
 * Byte-pair encoding as Hugging Face's {@code tokenizer.json} describes it: byte-level (GPT-2, Pythia, Llama 3, SmolLM,
 * Qwen, OLMo) or over characters with a fallback on bytes, as SentencePiece has it (Llama 2, TinyLlama). Ids and
 * decodings are those of Hugging Face's library; an option of the file that is not supported is an error that names it.
 *
 * <p>A text goes through these stages: added tokens are found in it; what lies between them is normalized; added tokens
 * are found once more; the rest is cut into pieces; the merges of the vocabulary make tokens of each piece. Time is
 * {@code O(n log n)} at worst, and a regular expression that backtracks more is stopped.
 *
 * <p>Offsets are bytes of the text as given, whatever normalization did to it. A token's bytes include the space that
 * is part of it (the file's {@code trim_offsets} speaks of another library's report and changes nothing here). Tokens
 * that share a character share its bytes out; what the tokenizer puts in itself, special tokens among it, is empty;
 * characters that the tokenizer drops, as some do with white space, lie between tokens.
 *
 * <p>The file's {@code truncation} and {@code padding} are those of an earlier call of Hugging Face's library. They are
 * read and ignored: a text keeps all of its tokens and gets no others.
 *
 * <p>Differences from Hugging Face's library (0.23): a character that the vocabulary cannot express is an error, not
 * dropped; an id outside the vocabulary cannot be decoded; white space that an added token takes along is not matched
 * again by another one.
 */
public final class HuggingFaceTokenizer implements Tokenizer {

    /** Name of the file in a model folder. */
    public static final String FILE = "tokenizer.json";

    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";

    private final TokenizerParts parts;
    private final String[] tokens;
    /**
     * What each token is to the decoder: an added token that is looked for in normalized text is its normalized form.
     */
    private final String[] decoded;
    private final boolean[] special;
    private final Map<String, Integer> ids;
    private final AddedTokens rawTokens;
    private final AddedTokens normalizedTokens;
    private final WordCache cache;
    private final EncodingOptions defaults;

    HuggingFaceTokenizer(TokenizerParts parts) {
        this(parts, new WordCache(), EncodingOptions.DEFAULT);
    }

    private HuggingFaceTokenizer(TokenizerParts parts, WordCache cache, EncodingOptions defaults) {
        this.parts = parts;
        this.cache = cache;
        this.defaults = defaults;
        this.tokens = parts.tokens();
        this.decoded = tokens.clone();
        this.special = new boolean[tokens.length];
        this.ids = new LinkedHashMap<>(parts.model().ids());
        for (AddedToken token : parts.added()) {
            special[token.id()] = token.special();
            ids.put(token.content(), token.id());
            decoded[token.id()] = token.normalized() ? normalized(token.content()) : token.content();
        }
        this.rawTokens = new AddedTokens(
                parts.added().stream().filter(t -> !t.normalized()).toList(), content -> content);
        this.normalizedTokens = new AddedTokens(
                parts.added().stream().filter(AddedToken::normalized).toList(),
                this::normalized);
    }

    private String normalized(String content) {
        return parts.normalizer().apply(AlignedText.of(content)).text();
    }

    /**
     * Reads a tokenizer.
     *
     * @param path a {@code tokenizer.json}, or a folder that holds one or, failing that, {@code vocab.json} and {@code
     *     merges.txt}
     * @throws InputException if it cannot be read
     * @throws MalformedFileException if it is malformed, contradicts itself or asks for what is not supported
     */
    public static HuggingFaceTokenizer load(Path path) {
        List<Path> files = files(path);
        return files.size() == 1
                ? new HuggingFaceTokenizer(TokenizerParts.read(files.getFirst()))
                : loadGpt2(files.getFirst(), files.getLast());
    }

    /**
     * Reads a tokenizer from the text of a {@code tokenizer.json}.
     *
     * @throws MalformedFileException as {@link #load} does
     */
    public static HuggingFaceTokenizer parse(String json) {
        return new HuggingFaceTokenizer(TokenizerParts.parse(Path.of(FILE), json.getBytes(StandardCharsets.UTF_8)));
    }

    /** The files that {@link #load} reads: one {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}. */
    public static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        Path vocabulary = path.resolve(VOCABULARY);
        return Files.notExists(path.resolve(FILE)) && Files.exists(vocabulary)
                ? List.of(vocabulary, path.resolve(MERGES))
                : List.of(path.resolve(FILE));
    }

    /**
     * Reads GPT-2's pair of files. A token {@code <|endoftext|>} in the vocabulary is special.
     *
     * @param vocabulary ids by token, a JSON object
     * @param merges a first line with the version, then a merge on each line
     * @throws InputException if a file cannot be read
     * @throws MalformedFileException if a file is malformed, or a merge names a token that is not in the vocabulary
     */
    public static HuggingFaceTokenizer loadGpt2(Path vocabulary, Path merges) {
        return new HuggingFaceTokenizer(TokenizerParts.gpt2(vocabulary, merges));
    }

    @Override
    public Encoding encode(String text) {
        return encode(text, defaults);
    }

    /** This tokenizer with other options for {@link #encode(String)}. */
    public HuggingFaceTokenizer with(EncodingOptions options) {
        return new HuggingFaceTokenizer(parts, cache, options);
    }

    /**
     * The tokens of a text, with their places.
     *
     * @throws InputException if the text holds an unpaired surrogate or a character that the vocabulary cannot express
     */
    public Encoding encode(String text, EncodingOptions options) {
        Utf8.requireWellFormed(text);
        return new Run(text, options).encode();
    }

    @Override
    public String decode(int... ids) {
        return decode(false, ids);
    }

    /**
     * The text of a sequence of tokens.
     *
     * @param skipSpecialTokens whether special tokens leave no trace
     * @throws InputException if an id is outside the vocabulary
     */
    public String decode(boolean skipSpecialTokens, int... ids) {
        List<String> known = new ArrayList<>(ids.length);
        for (int id : ids) {
            requireKnown(id);
            if (!skipSpecialTokens || !special[id]) {
                known.add(decoded[id]);
            }
        }
        return String.join("", parts.decoder().apply(known));
    }

    /** One more than the largest id, so that a table indexed by id has this size. */
    @Override
    public int vocabularySize() {
        return tokens.length;
    }

    /** The text of a token; its bytes, {@code <0xE2><0x80>}, if they are no text by themselves. */
    @Override
    public String token(int id) {
        requireKnown(id);
        String token = tokens[id];
        if (!parts.preTokenizer().isByteLevel()) {
            return token;
        }
        byte[] bytes = ByteAlphabet.decode(token);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0) {
            return text;
        }
        StringBuilder hexadecimal = new StringBuilder();
        for (byte b : bytes) {
            hexadecimal.append(String.format(Locale.ROOT, "<0x%02X>", Byte.toUnsignedInt(b)));
        }
        return hexadecimal.toString();
    }

    /** The id of a token as the file spells it: {@code <|endoftext|>}, {@code Ġthe}. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The tokens that are found in text before anything else, by id or as the file lists them. */
    public List<AddedToken> addedTokens() {
        return parts.added();
    }

    /** Fields of the file that are set and change nothing here: {@code truncation}, {@code padding}. */
    public List<String> ignoredFields() {
        return parts.ignored();
    }

    BpeModel model() {
        return parts.model();
    }

    private void requireKnown(int id) {
        boolean inside = id >= 0 && id < tokens.length;
        if (!inside || tokens[id] == null) {
            throw new InputException("token id: found " + id + ", expected "
                    + (inside ? "one that the vocabulary does not leave out" : "0.." + (tokens.length - 1)));
        }
    }

    /** One text on its way through the stages. */
    private final class Run {
        private final EncodingOptions options;
        private final AlignedText text;
        private final TokenBuffer out;
        private final BpeMerger merger = new BpeMerger();

        private Run(String text, EncodingOptions options) {
            this.options = options;
            this.text = AlignedText.of(text);
            this.out = new TokenBuffer(text.length() / 3);
        }

        private Encoding encode() {
            int end = text.origins()[text.text().length()];
            if (options.addSpecialTokens()) {
                parts.template().before().forEach(id -> out.add(id, 0, 0));
            }
            rawTokens.find(text.text(), options.parseSpecialTokens(), new Receiver(text, this::normalize));
            if (options.addSpecialTokens()) {
                parts.template().after().forEach(id -> out.add(id, end, end));
            }
            return out.encoding();
        }

        private void normalize(AlignedText raw) {
            AlignedText normal = parts.normalizer().apply(raw);
            normalizedTokens.find(normal.text(), options.parseSpecialTokens(), new Receiver(normal, this::tokenize));
        }

        private void tokenize(AlignedText normal) {
            PreTokenizer.Pieces pieces =
                    parts.preTokenizer().apply(new PreTokenizer.Pieces(normal, Spans.whole(normal.text())));
            AlignedText cut = pieces.text();
            BpeModel model = parts.model();
            for (int i = 0; i < pieces.spans().size(); i++) {
                int end = pieces.spans().end(i);
                int wordEnd;
                for (int start = pieces.spans().start(i); start < end; start = wordEnd) {
                    wordEnd = model.metaStartsWords() ? BpeModel.metaWordEnd(cut.text(), start, end) : end;
                    out.add(cache.encode(cut.text(), start, wordEnd, model, merger), cut, start);
                }
            }
        }

        /** Puts tokens into the result and hands what lies between them on. */
        private final class Receiver implements AddedTokens.Receiver {
            private final AlignedText source;
            private final Consumer<AlignedText> next;

            private Receiver(AlignedText source, Consumer<AlignedText> next) {
                this.source = source;
                this.next = next;
            }

            @Override
            public void token(AddedToken token, int from, int to) {
                out.add(token.id(), source.origins()[from], source.origins()[to]);
            }

            @Override
            public void text(int from, int to) {
                next.accept(source.slice(from, to));
            }
        }
    }
}
