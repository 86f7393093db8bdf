package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.plumbline.io.InputException;

/**
 * A vocabulary with ranked merges (Sennrich, Haddow and Birch 2016): a word is its characters; again and again the
 * neighboring pair of the lowest rank becomes one token, the leftmost first; what is left when no pair has a rank
 * are the word's tokens.
 *
 * <p>A character without a token becomes its UTF-8 bytes ({@code <0xE2>}) if the model falls back on bytes, else the
 * unknown token, else an error.
 */
final class BpeModel {

    /** Ids are below: a table of this size is small, and no known vocabulary is a tenth as large. */
    static final int MAX_ID = 1 << 22;

    private static final char META = '\u2581';

    /** Characters of a word that an error shows. */
    private static final int SHOWN = 20;

    private final Map<String, Integer> ids;
    private final String[] tokens;
    private final LongIntTable characters;
    private final LongIntTable ranks;
    private final int[] mergedIds;
    private final Options options;
    private final int[] fallback;
    private final boolean metaStartsWords;

    /**
     * What the file says beside vocabulary and merges.
     *
     * @param unknown id of the unknown token, or −1
     * @param fuseUnknown whether unknown characters in a row are one unknown token
     * @param byteFallback whether unknown characters become bytes
     * @param ignoreMerges whether a word that is a token is that token
     * @param byteLevel whether characters stand for bytes ({@link ByteAlphabet})
     */
    record Options(int unknown, boolean fuseUnknown, boolean byteFallback, boolean ignoreMerges, boolean byteLevel) {}

    /** A merge of two tokens: their ids, and that of the token they make. */
    record Merge(int left, int right, int merged) {}

    /** The tokens of a word, and how many bytes of it each stands for. */
    record Word(String text, int[] ids, int[] lengths) {}

    /**
     * @param vocabulary distinct ids below {@link #MAX_ID} by token
     * @param merges in order of rank; of the same pair twice, the later rank holds
     */
    BpeModel(Map<String, Integer> vocabulary, List<Merge> merges, Options options) {
        this.ids = vocabulary;
        this.options = options;
        this.tokens = new String[vocabulary.values().stream().mapToInt(id -> id + 1).max().orElse(0)];
        this.characters = new LongIntTable(512);
        vocabulary.forEach((token, id) -> {
            tokens[id] = token;
            if (!token.isEmpty() && token.codePointCount(0, token.length()) == 1) {
                characters.put(token.codePointAt(0), id);
            }
        });
        this.ranks = new LongIntTable(merges.size());
        this.mergedIds = new int[merges.size()];
        for (int rank = 0; rank < mergedIds.length; rank++) {
            ranks.put(LongIntTable.pair(merges.get(rank).left, merges.get(rank).right), rank);
            mergedIds[rank] = merges.get(rank).merged;
        }
        this.fallback = new int[256];
        for (int b = 0; b < fallback.length; b++) {
            fallback[b] = vocabulary.getOrDefault(String.format(Locale.ROOT, "<0x%02X>", b), -1);
        }
        this.metaStartsWords = !options.byteLevel
                && !options.ignoreMerges
                && characters.get(META) != LongIntTable.ABSENT
                && merges.stream().noneMatch(m -> hasInnerMeta(tokens[m.merged]));
    }

    private static boolean hasInnerMeta(String token) {
        for (int i = 1; i < token.length(); i++) {
            if (token.charAt(i) == META && token.charAt(i - 1) != META) {
                return true;
            }
        }
        return false;
    }

    /** Tokens by id; {@code null} for an id that is left out. Not to be changed. */
    String[] tokens() {
        return tokens;
    }

    Map<String, Integer> ids() {
        return ids;
    }

    /** Whether a text may be cut before {@code ▁} without changing its tokens: no token goes across. */
    boolean metaStartsWords() {
        return metaStartsWords;
    }

    /** Where the word that begins at {@code start} ends, when words begin with {@code ▁}. */
    static int metaWordEnd(String text, int start, int limit) {
        int end = start + 1;
        while (end < limit && (text.charAt(end) != META || text.charAt(end - 1) == META)) {
            end++;
        }
        return end;
    }

    /** The same vocabulary with no merges: what a word is before any merge. */
    BpeModel withoutMerges() {
        return new BpeModel(ids, List.of(), options);
    }

    int rank(int left, int right) {
        return ranks.get(LongIntTable.pair(left, right));
    }

    int merged(int rank) {
        return mergedIds[rank];
    }

    /**
     * The tokens of a word, in time {@code O(n log n)}.
     *
     * @throws InputException if a character has no token
     */
    Word encode(String word, BpeMerger merger) {
        String symbols = options.byteLevel ? ByteAlphabet.encode(word) : word;
        if (options.ignoreMerges) {
            Integer whole = ids.get(symbols);
            if (whole != null) {
                int length = options.byteLevel ? symbols.length() : word.getBytes(StandardCharsets.UTF_8).length;
                return new Word(word, new int[] {whole}, new int[] {length});
            }
        }
        merger.start(symbols.length() + (options.byteFallback ? 3 * symbols.length() : 0));
        boolean lastUnknown = false;
        int next;
        for (int i = 0; i < symbols.length(); i = next) {
            int codePoint = symbols.codePointAt(i);
            next = i + Character.charCount(codePoint);
            int length = options.byteLevel ? 1 : Utf8.length(codePoint);
            int id = characters.get(codePoint);
            if (id != LongIntTable.ABSENT) {
                merger.add(id, length);
            } else if (!options.byteFallback || !fallBack(codePoint, merger)) {
                if (options.unknown < 0) {
                    throw noToken(word, codePoint);
                }
                if (lastUnknown && options.fuseUnknown) {
                    merger.extendLast(length);
                } else {
                    merger.add(options.unknown, length);
                }
                lastUnknown = true;
                continue;
            }
            lastUnknown = false;
        }
        return merger.merge(word, this);
    }

    private InputException noToken(String word, int codePoint) {
        String symbol = Character.toString(codePoint);
        if (!options.byteLevel) {
            return new InputException("text: found '" + symbol
                    + "', expected only characters for which the tokenizer has a token");
        }
        String near = word.codePointCount(0, word.length()) <= SHOWN
                ? word
                : word.substring(0, word.offsetByCodePoints(0, SHOWN)) + "…";
        return new InputException(String.format(Locale.ROOT,
                "text: found the byte 0x%02X in '%s', expected only bytes for which the tokenizer has a token",
                ByteAlphabet.decode(symbol)[0], near));
    }

    private boolean fallBack(int codePoint, BpeMerger merger) {
        byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        for (byte b : utf8) {
            if (fallback[Byte.toUnsignedInt(b)] < 0) {
                return false;
            }
        }
        for (int i = 0; i < utf8.length; i++) {
            merger.add(fallback[Byte.toUnsignedInt(utf8[i])], options.byteLevel && i > 0 ? 0 : 1);
        }
        return true;
    }

    /**
     * The model of a file.
     *
     * @param field the file's {@code model}
     * @param byteLevel whether the model sees bytes
     */
    static BpeModel of(JsonField field, boolean byteLevel) {
        JsonField type = field.at("type");
        if (!type.isNull() && !type.string().equals("BPE")) {
            throw type.unsupported();
        }
        field.onlyKeys("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                "byte_fallback", "ignore_merges", "vocab", "merges");
        for (String affix : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
            if (!field.at(affix).string("").isEmpty()) {
                throw field.at(affix).unsupported();
            }
        }
        JsonField dropout = field.at("dropout");
        if (!dropout.isNull() && !(dropout.node().isNumber() && dropout.node().doubleValue() == 0)) {
            throw dropout.unsupported();
        }
        Map<String, Integer> vocabulary = vocabulary(field.at("vocab"));
        JsonField unknown = field.at("unk_token");
        int unknownId = -1;
        if (!unknown.isNull()) {
            unknownId = idOf(vocabulary, unknown.string(), unknown);
        }
        return new BpeModel(
                vocabulary,
                merges(field.at("merges"), vocabulary),
                new Options(
                        unknownId,
                        field.at("fuse_unk").bool(false),
                        field.at("byte_fallback").bool(false),
                        field.at("ignore_merges").bool(false),
                        byteLevel));
    }

    /** Ids by token, each id once. */
    static Map<String, Integer> vocabulary(JsonField field) {
        List<String> names = field.keys();
        Map<String, Integer> vocabulary = HashMap.newHashMap(names.size());
        Map<Integer, String> seen = HashMap.newHashMap(names.size());
        for (String token : names) {
            if (!Utf8.isWellFormed(token)) {
                throw field.expected("tokens without unpaired surrogates");
            }
            int id = field.at(token).integer(MAX_ID);
            String other = seen.put(id, token);
            if (other != null) {
                throw field.at(token).expected("an id of its own: '" + other + "' has it too");
            }
            vocabulary.put(token, id);
        }
        return vocabulary;
    }

    private static List<Merge> merges(JsonField field, Map<String, Integer> vocabulary) {
        List<Merge> merges = new ArrayList<>();
        for (JsonField merge : field.elements()) {
            if (merge.isList()) {
                List<JsonField> pair = merge.elements();
                if (pair.size() != 2) {
                    throw merge.expected("two tokens");
                }
                merges.add(merge(pair.get(0).string(), pair.get(1).string(), vocabulary, merge));
            } else {
                String[] pair = merge.string().split(" ", -1);
                if (pair.length != 2) {
                    throw merge.expected("two tokens with one space between them");
                }
                merges.add(merge(pair[0], pair[1], vocabulary, merge));
            }
        }
        return merges;
    }

    /** The merge of two tokens, which are in the vocabulary with what they make. */
    static Merge merge(String left, String right, Map<String, Integer> vocabulary, JsonField field) {
        return new Merge(
                idOf(vocabulary, left, field), idOf(vocabulary, right, field), idOf(vocabulary, left + right, field));
    }

    private static int idOf(Map<String, Integer> vocabulary, String token, JsonField field) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw field.expected("tokens of the vocabulary, which lacks '" + token + "'");
        }
        return id;
    }
}
