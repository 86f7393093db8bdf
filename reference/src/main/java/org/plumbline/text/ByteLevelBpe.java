package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.io.InputException;

/**
 * Learns a byte-level byte-pair encoding, the kind that GPT-2 introduced (Radford et al., <em>Language Models are
 * Unsupervised Multitask Learners</em>, 2019): words are cut by GPT-2's expression, their UTF-8 bytes are the alphabet,
 * and the most frequent pair of neighbors becomes a token until the vocabulary is full (Sennrich, Haddow and Birch
 * 2016). A text comes back unchanged.
 *
 * <p>Id 0 is {@value #END_OF_TEXT}, which ends a document; then the alphabet in the order of its bytes; then the merges
 * in the order learned. The alphabet of {@link #train} is all 256 bytes, so that every text can be encoded. That of
 * {@link #trainCompact} is the bytes that the texts hold, for vocabularies smaller than 257; a text with any other byte
 * is then an error. Ties go to the smaller left id, then the smaller right one: the result depends on the texts and on
 * nothing else. Of a word only pieces of {@value #MAX_WORD_BYTES} bytes are looked at, so that a text without
 * spaces costs no more than any other.
 *
 * <p>The result is a {@code tokenizer.json}, for {@link HuggingFaceTokenizer} and for Hugging Face's library.
 */
public final class ByteLevelBpe {

    /** The special token that ends a document. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Smallest vocabulary with all bytes: {@value #END_OF_TEXT} and the bytes. */
    public static final int MIN_VOCABULARY = 257;

    /** Largest vocabulary to train. */
    public static final int MAX_VOCABULARY = 1 << 20;

    private static final int MAX_WORD_BYTES = 256;

    private final String json;

    private ByteLevelBpe(String json) {
        this.json = json;
    }

    /**
     * Learns a vocabulary.
     *
     * @param texts read once, one at a time; memory grows with the number of distinct words
     * @param vocabularySize number of tokens wanted; small texts may yield fewer, since pairs that
     *     occur once are not merged
     * @throws InputException if the size is outside {@value #MIN_VOCABULARY}..{@value #MAX_VOCABULARY}, there is no
     *     text, or one holds an unpaired surrogate
     */
    public static ByteLevelBpe train(Iterable<String> texts, int vocabularySize) {
        requireWithin(MIN_VOCABULARY, vocabularySize, "");
        Map<String, Long> counts = counts(texts);
        BitSet alphabet = new BitSet();
        alphabet.set(0, 256);
        return train(counts, alphabet, vocabularySize);
    }

    /**
     * Learns a vocabulary whose alphabet is the bytes that the texts hold.
     *
     * @param texts read once, one at a time; memory grows with the number of distinct words
     * @param vocabularySize number of tokens wanted; small texts may yield fewer, since pairs that
     *     occur once are not merged
     * @throws InputException if the size is outside {@link #smallestVocabulary}..{@value #MAX_VOCABULARY}, there is no
     *     text, or one holds an unpaired surrogate
     */
    public static ByteLevelBpe trainCompact(Iterable<String> texts, int vocabularySize) {
        Map<String, Long> counts = counts(texts);
        BitSet alphabet = bytes(counts.keySet());
        requireWithin(1 + alphabet.cardinality(), vocabularySize,
                ": " + END_OF_TEXT + " and the " + alphabet.cardinality() + " bytes that the texts hold");
        return train(counts, alphabet, vocabularySize);
    }

    /**
     * The smallest vocabulary of {@link #trainCompact} on these texts: {@value #END_OF_TEXT} and the bytes that they
     * hold.
     *
     * @throws InputException if there is no text, or one holds an unpaired surrogate
     */
    public static int smallestVocabulary(Iterable<String> texts) {
        return 1 + bytes(counts(texts).keySet()).cardinality();
    }

    private static void requireWithin(int smallest, int size, String reason) {
        if (size < smallest || size > MAX_VOCABULARY) {
            throw new InputException("vocabulary size: found " + size + ", expected " + smallest + ".."
                    + MAX_VOCABULARY + reason);
        }
    }

    private static ByteLevelBpe train(Map<String, Long> counts, BitSet alphabet, int vocabularySize) {
        Vocabulary vocabulary = new Vocabulary(alphabet, vocabularySize);
        List<BpeTrainer.Word> words = new ArrayList<>(counts.size());
        counts.forEach((word, count) -> words.add(
                new BpeTrainer.Word(word.chars().map(b -> vocabulary.byteIds[b]).toArray(), count)));
        List<String> merges = BpeTrainer.train(words, vocabulary).stream()
                .map(m -> vocabulary.tokens.get(m.left()) + " " + vocabulary.tokens.get(m.right()))
                .toList();
        return new ByteLevelBpe(ByteLevelFile.json(vocabulary.ids, merges, List.of(END_OF_TEXT), true));
    }

    /** How often each word occurs, in the order in which they come, as Latin-1 strings of their bytes. */
    private static Map<String, Long> counts(Iterable<String> texts) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String text : texts) {
            Utf8.requireWellFormed(text);
            count(text, counts);
        }
        if (counts.isEmpty()) {
            throw new InputException("tokenizer: found only empty texts, expected one to learn from");
        }
        return counts;
    }

    private static BitSet bytes(Iterable<String> words) {
        BitSet bytes = new BitSet();
        words.forEach(word -> word.chars().forEach(bytes::set));
        return bytes;
    }

    private static void count(String text, Map<String, Long> counts) {
        Spans found = new Spans();
        PreTokenizer.GPT2.find(text, 0, text.length(), found);
        for (int i = 0; i < found.size(); i++) {
            byte[] utf8 = text.substring(found.start(i), found.end(i)).getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < utf8.length; from += MAX_WORD_BYTES) {
                int length = Math.min(MAX_WORD_BYTES, utf8.length - from);
                counts.merge(new String(utf8, from, length, StandardCharsets.ISO_8859_1), 1L, Long::sum);
            }
        }
    }

    /** Tokens so far. Two merges may spell the same: that is one token. */
    private static final class Vocabulary implements BpeTrainer.Naming {
        private final int size;
        private final List<String> tokens = new ArrayList<>();
        private final Map<String, Integer> ids = new LinkedHashMap<>();
        private final int[] byteIds = new int[256];

        private Vocabulary(BitSet alphabet, int size) {
            this.size = size;
            id(END_OF_TEXT);
            alphabet.stream().forEach(b -> byteIds[b] = id(String.valueOf(ByteAlphabet.character(b))));
        }

        @Override
        public boolean full() {
            return tokens.size() >= size;
        }

        @Override
        public int id(BpeTrainer.Pair pair) {
            return id(tokens.get(pair.left()) + tokens.get(pair.right()));
        }

        private int id(String token) {
            Integer known = ids.putIfAbsent(token, tokens.size());
            if (known == null) {
                tokens.add(token);
                return tokens.size() - 1;
            }
            return known;
        }
    }

    /** The tokenizer that {@link HuggingFaceTokenizer#load} would read from the file. */
    public HuggingFaceTokenizer tokenizer() {
        return HuggingFaceTokenizer.parse(json);
    }

    /** The text of the {@code tokenizer.json}. */
    public String json() {
        return json;
    }

    /**
     * Writes the {@code tokenizer.json}, atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public void save(Path file) {
        ByteLevelFile.write(file, json);
    }
}
