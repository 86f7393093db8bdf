package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.io.InputException;

class ByteLevelBpeTest {

    @Provide
    Arbitrary<String> unicode() {
        return Texts.unicode();
    }

    @Property(tries = 200)
    void everyTextRoundTripsWhateverWasLearned(@ForAll("unicode") String learned, @ForAll("unicode") String text) {
        HuggingFaceTokenizer tokenizer = ByteLevelBpe.train(List.of("ab" + learned), 300).tokenizer();
        TokenizerTest.requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
    }

    @Property(tries = 200)
    void aCompactVocabularyRoundTripsWhatItLearned(@ForAll("unicode") String text) {
        List<String> texts = List.of("ab" + text, text);
        HuggingFaceTokenizer tokenizer =
                ByteLevelBpe.trainCompact(texts, ByteLevelBpe.smallestVocabulary(texts) + 20).tokenizer();
        TokenizerTest.requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
        byte[] seen = ("ab" + text).getBytes(StandardCharsets.UTF_8);
        Set<Byte> bytes = new HashSet<>();
        for (byte b : seen) {
            bytes.add(b);
        }
        assertEquals(1 + bytes.size(), ByteLevelBpe.smallestVocabulary(texts));
        assertEquals(1 + bytes.size(), ByteLevelBpe.trainCompact(texts, 1 + bytes.size()).tokenizer().vocabularySize());
    }

    /** Merges do not depend on the alphabet: the same strings are learned in the same order. */
    @Property(tries = 100)
    void aCompactVocabularyLearnsTheSameMerges(@ForAll("unicode") String text, @ForAll @IntRange(max = 30) int merges) {
        List<String> texts = List.of("ab" + text);
        int smallest = ByteLevelBpe.smallestVocabulary(texts);
        HuggingFaceTokenizer compact = ByteLevelBpe.trainCompact(texts, smallest + merges).tokenizer();
        HuggingFaceTokenizer full = ByteLevelBpe.train(texts, 257 + merges).tokenizer();
        assertEquals(full.vocabularySize() - 257, compact.vocabularySize() - smallest);
        for (int m = 0; m < full.vocabularySize() - 257; m++) {
            assertEquals(full.token(257 + m), compact.token(smallest + m));
        }
        assertArrayEquals(full.encode(text).starts(), compact.encode(text).starts());
    }

    @Example
    void aByteThatACompactVocabularyLacksIsNamed() throws IOException {
        ByteLevelBpe trained = ByteLevelBpe.trainCompact(List.of("low lower lowest"), 12);
        HuggingFaceTokenizer tokenizer = trained.tokenizer();
        assertEquals("text: found the byte 0xC3 in ' lé', expected only bytes for which the tokenizer has a token",
                assertThrows(InputException.class, () -> tokenizer.encode("low lé")).getMessage());
        String message = assertThrows(InputException.class, () -> tokenizer.encode("\n".repeat(1000))).getMessage();
        assertTrue(message.length() < 300 && message.contains("0x0A"), message);
        Path file = Files.createTempFile("plumbline", ".json");
        try {
            trained.save(file);
            assertArrayEquals(tokenizer.encode("lower").ids(), HuggingFaceTokenizer.load(file).encode("lower").ids());
        } finally {
            Files.delete(file);
        }
    }

    /** Count all pairs of all words before every merge; tokens are the strings that they spell. */
    @Property(tries = 200)
    void theTrainerLearnsWhatTheDefinitionSays(
            @ForAll("unicode") String text, @ForAll @IntRange(min = 257, max = 300) int size) {
        HuggingFaceTokenizer tokenizer = ByteLevelBpe.train(List.of("aa" + text), size).tokenizer();
        List<List<String>> words = new ArrayList<>();
        Spans found = new Spans();
        String learned = "aa" + text;
        PreTokenizer.GPT2.find(learned, 0, learned.length(), found);
        Map<String, Integer> ids = new HashMap<>();
        for (int b = 0; b < 256; b++) {
            ids.put(String.valueOf(ByteAlphabet.character(b)), b + 1);
        }
        for (int i = 0; i < found.size(); i++) {
            String word = ByteAlphabet.encode(learned.substring(found.start(i), found.end(i)));
            words.add(new ArrayList<>(word.chars().mapToObj(Character::toString).toList()));
        }
        Set<List<String>> merges = new LinkedHashSet<>();
        while (ids.size() + 1 < size) {
            List<String> best = mostFrequent(words, ids);
            if (best == null) {
                break;
            }
            merges.add(best);
            String merged = best.getFirst() + best.getLast();
            ids.putIfAbsent(merged, ids.size() + 1);
            words.forEach(word -> merge(word, best, merged));
        }
        assertEquals(ids.size() + 1, tokenizer.vocabularySize());
        ids.forEach((token, id) -> assertEquals(id, tokenizer.id(token).orElseThrow()));
    }

    private static void merge(List<String> word, List<String> pair, String merged) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (word.subList(i, i + 2).equals(pair)) {
                word.set(i, merged);
                word.remove(i + 1);
            }
        }
    }

    private static List<String> mostFrequent(List<List<String>> words, Map<String, Integer> ids) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (List<String> word : words) {
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(List.copyOf(word.subList(i, i + 2)), 1, Integer::sum);
            }
        }
        return counts.keySet().stream()
                .filter(pair -> counts.get(pair) >= 2)
                .min((a, b) -> counts.get(a).equals(counts.get(b))
                        ? compareIds(a, b, ids)
                        : Integer.compare(counts.get(b), counts.get(a)))
                .orElse(null);
    }

    private static int compareIds(List<String> a, List<String> b, Map<String, Integer> ids) {
        int left = Integer.compare(ids.get(a.getFirst()), ids.get(b.getFirst()));
        return left != 0 ? left : Integer.compare(ids.get(a.getLast()), ids.get(b.getLast()));
    }

    @Example
    void theFileHoldsTheTokenizer() throws IOException {
        ByteLevelBpe trained = ByteLevelBpe.train(List.of("low lower lowest", "newer newest wide"), 270);
        Path file = Files.createTempFile("plumbline", ".json");
        try {
            trained.save(file);
            byte[] once = Files.readAllBytes(file);
            HuggingFaceTokenizer loaded = HuggingFaceTokenizer.load(file);
            String text = "the lowest <|endoftext|> newer";
            assertArrayEquals(trained.tokenizer().encode(text).ids(), loaded.encode(text).ids());
            assertTrue(IntStream.of(loaded.encode(text).ids()).anyMatch(id -> id == 0));
            assertEquals("the lowest  newer", loaded.decode(true, loaded.encode(text).ids()));
            assertEquals(text, loaded.decode(loaded.encode(text, EncodingOptions.PLAIN_TEXT).ids()));
            ByteLevelBpe.train(List.of("low lower lowest", "newer newest wide"), 270).save(file);
            assertArrayEquals(once, Files.readAllBytes(file), "the same texts, the same bytes");
        } finally {
            Files.delete(file);
        }
    }

    @Example
    void aMegabyteWithoutSpacesIsLearnedAndRoundTrips() {
        StringBuilder letters = new StringBuilder();
        for (long i = 0; i < 1_000_000; i++) {
            letters.append((char) ('a' + (i * i * 7919 + i / 64) % 3));
        }
        String text = letters.toString();
        HuggingFaceTokenizer tokenizer = ByteLevelBpe.train(List.of(text), 400).tokenizer();
        Encoding encoding = tokenizer.encode(text);
        assertTrue(encoding.size() < text.getBytes(StandardCharsets.UTF_8).length / 3, "merges apply");
        assertEquals(text, tokenizer.decode(encoding.ids()));
    }

    @Example
    void unusableRequestsAreRefused() {
        assertThrows(InputException.class, () -> ByteLevelBpe.train(List.of("a"), 256));
        assertEquals("vocabulary size: found 3, expected 4..1048576: <|endoftext|> and the 3 bytes that the texts hold",
                assertThrows(InputException.class, () -> ByteLevelBpe.trainCompact(List.of("abc"), 3)).getMessage());
        assertThrows(InputException.class,
                () -> ByteLevelBpe.trainCompact(List.of("a"), ByteLevelBpe.MAX_VOCABULARY + 1));
        assertThrows(InputException.class, () -> ByteLevelBpe.trainCompact(List.of(""), 300));
        assertThrows(InputException.class, () -> ByteLevelBpe.train(List.of("a"), ByteLevelBpe.MAX_VOCABULARY + 1));
        assertThrows(InputException.class, () -> ByteLevelBpe.train(List.of(), 300));
        assertThrows(InputException.class, () -> ByteLevelBpe.train(List.of("", ""), 300));
        assertThrows(InputException.class, () -> ByteLevelBpe.train(List.of("\ud800"), 300));
    }
}
