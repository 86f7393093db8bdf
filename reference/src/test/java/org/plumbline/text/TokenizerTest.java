package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;

class TokenizerTest {

    @Provide
    Arbitrary<String> unicode() {
        return Texts.unicode();
    }

    /** What any tokenizer owes: known ids, and offsets that cover the text's bytes without gap or overlap. */
    static void requireCovering(Tokenizer tokenizer, String text) {
        Encoding encoding = tokenizer.encode(text);
        int covered = 0;
        for (int t = 0; t < encoding.size(); t++) {
            assertTrue(encoding.ids()[t] >= 0 && encoding.ids()[t] < tokenizer.vocabularySize());
            assertEquals(covered, encoding.starts()[t]);
            assertTrue(encoding.ends()[t] > encoding.starts()[t], "no empty token");
            covered = encoding.ends()[t];
        }
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, covered);
    }

    @Property
    void bytesRoundTrip(@ForAll("unicode") String text) {
        ByteTokenizer tokenizer = new ByteTokenizer();
        requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
    }

    /** Texts are nothing to each other: one file is read by all tries. */
    private static final HuggingFaceTokenizer SAVED_BYTES = savedBytes();

    private static HuggingFaceTokenizer savedBytes() {
        try {
            Path file = Files.createTempFile("plumbline-bytes", ".json");
            new ByteTokenizer().save(file);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(file);
            Files.delete(file);
            return tokenizer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void bytesThatWereSavedAreTheSame(@ForAll("unicode") String text) {
        Encoding expected = new ByteTokenizer().encode(text);
        Encoding found = SAVED_BYTES.encode(text);
        assertEquals(256, SAVED_BYTES.vocabularySize());
        assertArrayEquals(expected.ids(), found.ids());
        assertArrayEquals(expected.starts(), found.starts());
        assertArrayEquals(expected.ends(), found.ends());
        assertEquals(text, SAVED_BYTES.decode(found.ids()));
    }

    @Property
    void aTextOverTheAlphabetRoundTrips(@ForAll("unicode") String text) {
        String learned = "x" + text;
        // Room for every character beside as many merges.
        CharacterBpe tokenizer = CharacterBpe.train(learned, 2 * learned.length() + 2);
        requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
    }

    @Property
    void aCharacterOutsideTheAlphabetIsUnknownAndTheRestIsKept(
            @ForAll("unicode") String learned, @ForAll("unicode") String text) {
        CharacterBpe tokenizer = CharacterBpe.train("abc" + learned, 40);
        requireCovering(tokenizer, text);
        Encoding encoding = tokenizer.encode(text);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (int t = 0; t < encoding.size(); t++) {
            String covered = new String(
                    utf8, encoding.starts()[t], encoding.ends()[t] - encoding.starts()[t], StandardCharsets.UTF_8);
            if (encoding.ids()[t] == CharacterBpe.UNKNOWN) {
                assertEquals(1, covered.codePointCount(0, covered.length()));
                assertEquals("\ufffd", tokenizer.decode(encoding.ids()[t]));
            } else {
                assertEquals(covered, tokenizer.decode(encoding.ids()[t]));
            }
        }
    }

    /**
     * The definition, on which the trainer improves in speed alone: count all pairs of all words before every merge.
     */
    @Property(tries = 300)
    void theTrainerLearnsWhatTheDefinitionSays(
            @ForAll("unicode") String text, @ForAll @IntRange(min = 3, max = 60) int size) {
        CharacterBpe tokenizer = CharacterBpe.train("aa" + text, size);
        int firstMerge = 1;
        Map<Integer, Integer> alphabet = new HashMap<>();
        while (firstMerge < tokenizer.vocabularySize() && isCharacter(tokenizer.token(firstMerge))) {
            alphabet.put(tokenizer.token(firstMerge).codePointAt(0), firstMerge++);
        }
        List<int[]> words = new ArrayList<>();
        WordSplitter.split(
                "aa" + text, w -> words.add(w.codePoints().map(c -> alphabet.getOrDefault(c, 0)).toArray()));
        for (int id = firstMerge; ; id++) {
            BpeTrainer.Pair best = id < size ? mostFrequent(words) : null;
            assertEquals(best != null, id < tokenizer.vocabularySize());
            if (best == null) {
                break;
            }
            assertEquals(tokenizer.token(best.left()) + tokenizer.token(best.right()), tokenizer.token(id));
            int merged = id;
            words.replaceAll(w -> BpeTrainer.merged(w, best, merged));
        }
    }

    private static boolean isCharacter(String token) {
        return token.codePointCount(0, token.length()) == 1;
    }

    private static BpeTrainer.Pair mostFrequent(List<int[]> words) {
        Map<BpeTrainer.Pair, Integer> counts = new HashMap<>();
        for (int[] word : words) {
            for (int i = 0; i + 1 < word.length; i++) {
                if (word[i] != CharacterBpe.UNKNOWN && word[i + 1] != CharacterBpe.UNKNOWN) {
                    counts.merge(new BpeTrainer.Pair(word[i], word[i + 1]), 1, Integer::sum);
                }
            }
        }
        BpeTrainer.Pair best = null;
        for (BpeTrainer.Pair pair : counts.keySet()) {
            int more = best == null ? 1 : counts.get(pair) - counts.get(best);
            boolean earlier = best != null
                    && (pair.left() < best.left() || pair.left() == best.left() && pair.right() < best.right());
            if (counts.get(pair) >= 2 && (more > 0 || more == 0 && earlier)) {
                best = pair;
            }
        }
        return best;
    }

    @Example
    void mergesByFrequencyThenById() {
        // Alphabet: 1 = ' ', 2 = 'a', 3 = 'b', 4 = 'c'. "ab" occurs four times. Then "c" follows it three times and a
        // space goes before it three times: the space has the smaller id.
        CharacterBpe tokenizer = CharacterBpe.train("abc abc abc ab", 8);
        assertEquals(List.of(" ", "a", "b", "c", "ab", " ab", " abc"), tokensFrom(tokenizer, 1));
        assertArrayEquals(new int[] {5, 4, 7, 7, 6}, tokenizer.encode("abc abc abc ab").ids());
        assertArrayEquals(new int[] {0, 2, 3, 7, 11}, tokenizer.encode("abc abc abc ab").starts());
        // A merge learned first applies first, wherever it stands.
        assertArrayEquals(new int[] {2, 5, 3}, tokenizer.encode("aabb").ids());
    }

    private static List<String> tokensFrom(Tokenizer tokenizer, int first) {
        List<String> tokens = new ArrayList<>();
        for (int id = first; id < tokenizer.vocabularySize(); id++) {
            tokens.add(tokenizer.token(id));
        }
        return tokens;
    }

    @Property(tries = 200)
    void savingKeepsEverything(@ForAll("unicode") String text) throws IOException {
        CharacterBpe tokenizer = CharacterBpe.train("ab" + text, 50);
        Path file = Files.createTempFile("plumbline", ".json");
        try {
            tokenizer.save(file);
            CharacterBpe loaded = CharacterBpe.load(file);
            assertEquals(tokensFrom(tokenizer, 0), tokensFrom(loaded, 0));
            assertArrayEquals(tokenizer.encode(text).ids(), loaded.encode(text).ids());
            byte[] once = Files.readAllBytes(file);
            loaded.save(file);
            assertArrayEquals(once, Files.readAllBytes(file));
        } finally {
            Files.delete(file);
        }
    }

    @Example
    void filesThatDoNotFitTogetherAreRefused() throws IOException {
        Path file = Files.createTempFile("plumbline", ".json");
        try {
            for (String text : new String[] {
                "{\"type\":\"other\",\"alphabet\":[],\"merges\":[]}",
                "{\"type\":\"character-bpe\",\"alphabet\":null,\"merges\":[]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"b\",\"a\"],\"merges\":[]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"a\",\"a\"],\"merges\":[]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"ab\"],\"merges\":[]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"a\"],\"merges\":[[1,2]]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"a\"],\"merges\":[[0,1]]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"a\"],\"merges\":[[1,1],[1,1]]}",
                "{\"type\":\"character-bpe\",\"alphabet\":[\"a\"],\"merges\":[[1]]}"
            }) {
                Files.writeString(file, text);
                assertThrows(MalformedFileException.class, () -> CharacterBpe.load(file), text);
            }
        } finally {
            Files.delete(file);
        }
    }

    @Property
    void piecesMakeUpTheTextAndKeepWordsApart(@ForAll("unicode") String text) {
        List<String> pieces = new ArrayList<>();
        WordSplitter.split(text, pieces::add);
        assertEquals(text, String.join("", pieces));
        for (String piece : pieces) {
            assertTrue(piece.codePointCount(0, piece.length()) <= WordSplitter.MAX_CHARACTERS);
            String after = piece.isEmpty() ? "" : piece.substring(piece.offsetByCodePoints(0, 1));
            boolean word = after.codePoints().anyMatch(Character::isLetterOrDigit);
            assertFalse(word && after.contains(" "), "a space inside a word");
            assertTrue(piece.equals("\n") || piece.equals("\r") || !piece.contains("\n") && !piece.contains("\r"));
        }
    }

    @Example
    void pieces() {
        List<String> pieces = new ArrayList<>();
        WordSplitter.split("The  cat's 42nd e\u0301te\n\n\tx  \n", pieces::add);
        assertEquals(
                List.of("The", " ", " cat", "'", "s", " 42", "nd", " e\u0301te", "\n", "\n", "\t", "x", "  ", "\n"),
                pieces);
    }

    @Example
    void aMegabyteWithoutSpacesIsCutAndRoundTrips() {
        StringBuilder letters = new StringBuilder();
        for (long i = 0; i < 1_000_000; i++) {
            letters.append((char) ('a' + (i * i * 7919 + i / 64) % 3));
        }
        String text = letters.toString();
        CharacterBpe tokenizer = CharacterBpe.train(text, 64);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
    }

    @Example
    void unpairedSurrogatesAreNamed() {
        for (Tokenizer tokenizer : List.of(new ByteTokenizer(), CharacterBpe.train("ab", 4))) {
            InputException e = assertThrows(InputException.class, () -> tokenizer.encode("ab\ud83d!"));
            assertEquals(
                    "text: found the unpaired surrogate U+D83D at character 2, expected text that has a UTF-8 form",
                    e.getMessage());
        }
        assertThrows(InputException.class, () -> CharacterBpe.train("\udc00", 4));
    }

    @Example
    void unusableRequestsAreRefused() {
        assertThrows(InputException.class, () -> CharacterBpe.train("", 10));
        assertThrows(InputException.class, () -> CharacterBpe.train("abc", 2));
        assertThrows(InputException.class, () -> CharacterBpe.train("abc", CharacterBpe.MAX_VOCABULARY + 1));
        CharacterBpe tokenizer = CharacterBpe.train("abc", 10);
        assertThrows(InputException.class, () -> tokenizer.decode(1, tokenizer.vocabularySize()));
        assertThrows(InputException.class, () -> tokenizer.token(-1));
        assertThrows(InputException.class, () -> new ByteTokenizer().decode(256));
        assertEquals("<0x0A>", new ByteTokenizer().token(10));
        assertEquals("A", new ByteTokenizer().token(65));
        assertEquals(0, tokenizer.encode("").size());
    }
}
