package org.plumbline.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;

/**
 * Byte-pair encoding over Unicode characters, learned from a text. Id 0 is the unknown token; then the alphabet, in
 * code point order; then the merges, in the order learned. Each merge joins two tokens inside one word
 * ({@link WordSplitter} tells what that is), so a token never spans the end of a word and the space after it.
 *
 * <p>The alphabet is the text's most frequent characters, at most half of the vocabulary; others become the unknown
 * token, one for each, and decode as U+FFFD. A text over the alphabet comes back unchanged. Training is deterministic;
 * alphabet and merges are all there is, and what the JSON form holds.
 */
public final class CharacterBpe implements Tokenizer {

    /** Id of the token that stands for every character outside the alphabet. */
    public static final int UNKNOWN = 0;

    /** Smallest vocabulary to train: the unknown token and two characters. */
    public static final int MIN_VOCABULARY = 3;

    /** Largest vocabulary to train or load. */
    public static final int MAX_VOCABULARY = 1 << 20;

    private static final String REPLACEMENT = "\ufffd";
    private static final String TYPE = "character-bpe";

    private final List<Integer> alphabet;
    private final List<BpeTrainer.Pair> merges;
    private final List<String> tokens;
    private final Map<Integer, Integer> idOfCharacter;
    private final Map<BpeTrainer.Pair, Integer> idOfMerge;

    /** The file: each character of the alphabet as a string, each merge as the ids of its two parts. */
    private record Form(String type, List<String> alphabet, List<List<Integer>> merges) {}

    private CharacterBpe(List<Integer> alphabet, List<BpeTrainer.Pair> merges) {
        this.alphabet = List.copyOf(alphabet);
        this.merges = List.copyOf(merges);
        List<String> texts = new ArrayList<>();
        texts.add(REPLACEMENT);
        this.idOfCharacter = new HashMap<>();
        for (int codePoint : alphabet) {
            idOfCharacter.put(codePoint, texts.size());
            texts.add(Character.toString(codePoint));
        }
        this.idOfMerge = new HashMap<>();
        for (BpeTrainer.Pair merge : merges) {
            idOfMerge.put(merge, texts.size());
            texts.add(texts.get(merge.left()) + texts.get(merge.right()));
        }
        this.tokens = List.copyOf(texts);
    }

    /**
     * Learns a vocabulary.
     *
     * @param text the text to learn from
     * @param vocabularySize number of tokens wanted; a short text may yield fewer, since pairs that occur once are not
     *     merged
     * @throws InputException if the size is outside {@value #MIN_VOCABULARY}..{@value #MAX_VOCABULARY}, or the text is
     *     empty or holds an unpaired surrogate
     */
    public static CharacterBpe train(String text, int vocabularySize) {
        if (vocabularySize < MIN_VOCABULARY || vocabularySize > MAX_VOCABULARY) {
            throw new InputException("vocabulary size: found " + vocabularySize + ", expected " + MIN_VOCABULARY + ".."
                    + MAX_VOCABULARY);
        }
        if (text.isEmpty()) {
            throw new InputException("tokenizer: found an empty text, expected one to learn from");
        }
        Utf8.requireWellFormed(text);
        CharacterBpe characters = new CharacterBpe(mostFrequent(text, vocabularySize / 2), List.of());
        Map<String, Long> counts = new LinkedHashMap<>();
        WordSplitter.split(text, word -> counts.merge(word, 1L, Long::sum));
        List<BpeTrainer.Word> words = new ArrayList<>();
        counts.forEach((word, count) -> words.add(new BpeTrainer.Word(characters.characterIds(word), count)));
        int firstMerge = characters.vocabularySize();
        return new CharacterBpe(
                characters.alphabet, BpeTrainer.train(words, new Numbering(firstMerge, vocabularySize)));
    }

    /** Every merge is a new token, even if another spells the same. */
    private static final class Numbering implements BpeTrainer.Naming {
        private final int size;
        private int next;

        private Numbering(int first, int size) {
            this.next = first;
            this.size = size;
        }

        @Override
        public boolean full() {
            return next >= size;
        }

        @Override
        public int id(BpeTrainer.Pair pair) {
            return next++;
        }
    }

    /** Ties go to the smaller code point; the result is in code point order. */
    private static List<Integer> mostFrequent(String text, int limit) {
        Map<Integer, Long> counts =
                text.codePoints().boxed().collect(Collectors.groupingBy(c -> c, Collectors.counting()));
        return counts.keySet().stream()
                .sorted(Comparator.<Integer>comparingLong(c -> -counts.get(c)).thenComparingInt(c -> c))
                .limit(limit)
                .sorted()
                .toList();
    }

    @Override
    public Encoding encode(String text) {
        Utf8.requireWellFormed(text);
        Map<String, int[]> known = new HashMap<>();
        List<int[]> words = new ArrayList<>();
        WordSplitter.split(text, word -> words.add(known.computeIfAbsent(word, this::wordIds)));
        int[] ids = words.stream().flatMapToInt(Arrays::stream).toArray();
        return located(text, ids);
    }

    /** Each token takes as many characters of the text as it has itself, the unknown token one. */
    private Encoding located(String text, int[] ids) {
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int index = 0;
        int offset = 0;
        for (int t = 0; t < ids.length; t++) {
            starts[t] = offset;
            String token = tokens.get(ids[t]);
            for (int left = token.codePointCount(0, token.length()); left > 0; left--) {
                int codePoint = text.codePointAt(index);
                index += Character.charCount(codePoint);
                offset += Utf8.length(codePoint);
            }
            ends[t] = offset;
        }
        return new Encoding(ids, starts, ends);
    }

    private int[] characterIds(String word) {
        return word.codePoints().map(c -> idOfCharacter.getOrDefault(c, UNKNOWN)).toArray();
    }

    /** The merge learned first applies first, as it did in training. */
    private int[] wordIds(String word) {
        int[] ids = characterIds(word);
        while (true) {
            BpeTrainer.Pair best = null;
            int bestId = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < ids.length; i++) {
                BpeTrainer.Pair pair = new BpeTrainer.Pair(ids[i], ids[i + 1]);
                int id = idOfMerge.getOrDefault(pair, Integer.MAX_VALUE);
                if (id < bestId) {
                    best = pair;
                    bestId = id;
                }
            }
            if (best == null) {
                return ids;
            }
            ids = BpeTrainer.merged(ids, best, bestId);
        }
    }

    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(token(id));
        }
        return text.toString();
    }

    @Override
    public int vocabularySize() {
        return tokens.size();
    }

    @Override
    public String token(int id) {
        if (id < 0 || id >= tokens.size()) {
            throw new InputException("token id: found " + id + ", expected 0.." + (tokens.size() - 1));
        }
        return tokens.get(id);
    }

    /**
     * Writes alphabet and merges as JSON, atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public void save(Path path) {
        Json.write(
                path,
                new Form(
                        TYPE,
                        alphabet.stream().map(Character::toString).toList(),
                        merges.stream().map(m -> List.of(m.left(), m.right())).toList()));
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws InputException if the file cannot be read
     * @throws MalformedFileException if it is no such file, or its parts do not fit together
     */
    public static CharacterBpe load(Path path) {
        Form form = Json.read(path, Form.class);
        if (!TYPE.equals(form.type) || form.alphabet == null || form.merges == null) {
            throw new MalformedFileException(path, "found type " + form.type + ", expected " + TYPE
                    + " with an alphabet and merges");
        }
        if (1L + form.alphabet.size() + form.merges.size() > MAX_VOCABULARY) {
            throw new MalformedFileException(path, "found more than " + MAX_VOCABULARY + " tokens");
        }
        return new CharacterBpe(loadedAlphabet(path, form), loadedMerges(path, form));
    }

    private static List<Integer> loadedAlphabet(Path path, Form form) {
        List<Integer> alphabet = new ArrayList<>();
        for (String character : form.alphabet) {
            boolean single = character != null && character.codePointCount(0, character.length()) == 1;
            if (!single || !alphabet.isEmpty() && character.codePointAt(0) <= alphabet.getLast()) {
                throw new MalformedFileException(path, "alphabet entry " + alphabet.size() + ": found '" + character
                        + "', expected one character, larger than the one before");
            }
            alphabet.add(character.codePointAt(0));
        }
        return alphabet;
    }

    private static List<BpeTrainer.Pair> loadedMerges(Path path, Form form) {
        Map<BpeTrainer.Pair, Integer> seen = new LinkedHashMap<>();
        for (List<Integer> merge : form.merges) {
            int limit = 1 + form.alphabet.size() + seen.size();
            boolean valid = merge != null
                    && merge.size() == 2
                    && merge.stream().allMatch(id -> id != null && id > UNKNOWN && id < limit);
            if (!valid || seen.put(new BpeTrainer.Pair(merge.get(0), merge.get(1)), limit) != null) {
                throw new MalformedFileException(path, "merge " + seen.size() + ": found " + merge
                        + ", expected a new pair of ids in 1.." + (limit - 1));
            }
        }
        return List.copyOf(seen.keySet());
    }
}
