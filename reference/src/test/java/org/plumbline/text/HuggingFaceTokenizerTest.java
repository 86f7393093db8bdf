package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

class HuggingFaceTokenizerTest {

    private static final Map<String, HuggingFaceTokenizer> LOADED = new ConcurrentHashMap<>();

    private static final Map<BpeModel, BpeModel> UNMERGED = new ConcurrentHashMap<>();

    private record Case(String text, int[] ids, int[] withSpecial, String decoded, String skipped) {}

    static Path variants() {
        try {
            return Path.of(HuggingFaceTokenizerTest.class.getResource("/fixtures/tokenizers/variants").toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static HuggingFaceTokenizer variant(String name) {
        return LOADED.computeIfAbsent(name, _ -> HuggingFaceTokenizer.load(variants().resolve(name)));
    }

    @Provide
    Arbitrary<String> unicode() {
        return Texts.unicode();
    }

    @Provide
    Arbitrary<String> byteLevel() {
        return Arbitraries.of("gpt2", "llama3", "gpt4o", "smollm", "deepseek", "split-contiguous");
    }

    @Provide
    Arbitrary<String> any() {
        try (Stream<Path> folders = Files.list(variants())) {
            return Arbitraries.of(
                    folders.filter(Files::isDirectory).map(f -> f.getFileName().toString()).sorted().toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Example
    void idsAndDecodingsAreThoseOfTheGoldenCases() throws IOException {
        int count = 0;
        for (String name : any().allValues().orElseThrow().toList()) {
            HuggingFaceTokenizer tokenizer = variant(name);
            for (Case golden : Json.read(variants().resolve(name).resolve("cases.json"), Case[].class)) {
                String shown = name + ": " + golden.text();
                assertArrayEquals(golden.ids(), tokenizer.encode(golden.text()).ids(), shown);
                assertArrayEquals(
                        golden.withSpecial(),
                        tokenizer.encode(golden.text(), EncodingOptions.WITH_SPECIAL_TOKENS).ids(),
                        shown);
                assertEquals(golden.decoded(), tokenizer.decode(golden.ids()), shown);
                assertEquals(golden.skipped(), tokenizer.decode(true, golden.ids()), shown);
                count++;
            }
        }
        assertEquals(20 * 45, count);
    }

    /** A file that was saved after a call with truncation or padding: both are of that call, not of the tokenizer. */
    @Example
    void truncationAndPaddingOfAnEarlierCallChangeNothing() throws IOException {
        String plain = Files.readString(variants().resolve("gpt2").resolve("tokenizer.json"));
        String policies = plain
                .replaceFirst("\"truncation\": *null", "\"truncation\": {\"direction\": \"Right\", \"max_length\": 2,"
                        + " \"strategy\": \"LongestFirst\", \"stride\": 0}")
                .replaceFirst("\"padding\": *null", "\"padding\": {\"strategy\": {\"Fixed\": 9},"
                        + " \"direction\": \"Right\", \"pad_to_multiple_of\": null, \"pad_id\": 0,"
                        + " \"pad_type_id\": 0, \"pad_token\": \"!\"}");
        assertTrue(policies.contains("max_length") && policies.contains("pad_token"));
        Path file = Files.createTempFile("plumbline", ".json");
        try {
            Files.writeString(file, policies);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(file);
            for (String text : List.of("", "a", "the lowest and the newest")) {
                assertArrayEquals(variant("gpt2").encode(text).ids(), tokenizer.encode(text).ids());
            }
        } finally {
            Files.delete(file);
        }
    }

    @Property(tries = 400)
    void byteLevelTokenizersCoverAndReturnEveryText(@ForAll("byteLevel") String name, @ForAll("unicode") String text) {
        HuggingFaceTokenizer tokenizer = variant(name);
        TokenizerTest.requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
        Encoding encoding = tokenizer.encode(text);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (int t = 0; t < encoding.size(); t++) {
            byte[] covered = Arrays.copyOfRange(utf8, encoding.starts()[t], encoding.ends()[t]);
            assertEquals(
                    new String(covered, StandardCharsets.UTF_8), tokenizer.decode(encoding.ids()[t]),
                    "bytes of the token");
        }
    }

    @Property(tries = 400)
    void offsetsNeverOverlapWhateverHappensToTheText(@ForAll("any") String name, @ForAll("unicode") String text) {
        HuggingFaceTokenizer tokenizer = variant(name);
        Encoding encoding = tokenizer.encode(text, EncodingOptions.WITH_SPECIAL_TOKENS);
        int last = 0;
        for (int t = 0; t < encoding.size(); t++) {
            assertTrue(encoding.starts()[t] >= last && encoding.ends()[t] >= encoding.starts()[t]);
            last = encoding.ends()[t];
        }
        assertTrue(last <= text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** The definition, on which the heap and the cache improve in speed alone. */
    @Property(tries = 400)
    void mergesApplyByRankAndThenFromTheLeft(@ForAll("any") String name, @ForAll("unicode") String word) {
        BpeModel model = variant(name).model();
        if (word.isEmpty() || name.equals("llama3") || name.equals("split-removed")) {
            // One takes whole words from the vocabulary, the other lacks some bytes.
            return;
        }
        BpeModel.Word tokens = model.encode(word, new BpeMerger());
        List<Integer> ids = symbols(model, word);
        while (true) {
            int best = -1;
            for (int i = 0; i + 1 < ids.size(); i++) {
                int rank = model.rank(ids.get(i), ids.get(i + 1));
                if (rank >= 0 && (best < 0 || rank < model.rank(ids.get(best), ids.get(best + 1)))) {
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            ids.set(best, model.merged(model.rank(ids.get(best), ids.get(best + 1))));
            ids.remove(best + 1);
        }
        assertEquals(ids, Arrays.stream(tokens.ids()).boxed().toList());
        assertEquals(word.getBytes(StandardCharsets.UTF_8).length, Arrays.stream(tokens.lengths()).sum());
    }

    private static List<Integer> symbols(BpeModel model, String word) {
        BpeModel unmerged = UNMERGED.computeIfAbsent(model, BpeModel::withoutMerges);
        return new ArrayList<>(Arrays.stream(unmerged.encode(word, new BpeMerger()).ids()).boxed().toList());
    }

    @Property(tries = 400)
    void cuttingBeforeVisibleSpacesChangesNothing(@ForAll("unicode") String text) {
        BpeModel model = variant("llama2").model();
        String visible = text.replace(' ', '\u2581');
        assertTrue(model.metaStartsWords());
        List<Integer> ids = new ArrayList<>();
        int end;
        for (int start = 0; start < visible.length(); start = end) {
            end = BpeModel.metaWordEnd(visible, start, visible.length());
            Arrays.stream(model.encode(visible.substring(start, end), new BpeMerger()).ids()).forEach(ids::add);
        }
        assertEquals(Arrays.stream(model.encode(visible, new BpeMerger()).ids()).boxed().toList(), ids);
    }

    @Example
    void offsetsAreBytesOfTheTextAsGiven() {
        // Composed by NFC: three bytes of the text, two of its normal form.
        Encoding composed = variant("qwen2").encode("e\u0301x");
        assertEquals(0, composed.starts()[0]);
        assertEquals(4, composed.ends()[composed.size() - 1]);
        // A space that the tokenizer puts in has no bytes; a special token neither.
        Encoding special = variant("llama2").encode("ab", EncodingOptions.WITH_SPECIAL_TOKENS);
        assertEquals(0, special.ends()[0]);
        assertEquals(2, special.starts()[special.size() - 1]);
        // Each byte of a character that no token holds.
        Encoding bytes = variant("llama2").encode("a🙂");
        int n = bytes.size();
        assertArrayEquals(new int[] {1, 2, 3, 4}, Arrays.copyOfRange(bytes.starts(), n - 4, n));
        assertArrayEquals(new int[] {2, 3, 4, 5}, Arrays.copyOfRange(bytes.ends(), n - 4, n));
        // White space that is dropped lies between tokens.
        Encoding gap = variant("whitespace").encode("to  be");
        assertTrue(IntStream.range(1, gap.size()).anyMatch(t -> gap.starts()[t] > gap.ends()[t - 1]));
    }

    @Example
    void specialTokensAreTextWhenAskedFor() {
        HuggingFaceTokenizer tokenizer = variant("gpt2");
        int end = tokenizer.id("<|end|>").orElseThrow();
        assertArrayEquals(new int[] {end}, tokenizer.encode("<|end|>").ids());
        Encoding plain = tokenizer.encode("<|end|>", EncodingOptions.PLAIN_TEXT);
        assertTrue(Arrays.stream(plain.ids()).noneMatch(id -> id == end));
        assertEquals("<|end|>", tokenizer.decode(true, plain.ids()));
        assertEquals("", tokenizer.decode(true, end));
        assertArrayEquals(plain.ids(), tokenizer.with(EncodingOptions.PLAIN_TEXT).encode("<|end|>").ids());
    }

    @Example
    void gpt2sTwoFilesAreTheSameTokenizer() throws IOException {
        Path folder = Files.createTempDirectory("plumbline");
        try {
            var model = Json.read(variants().resolve("gpt2/tokenizer.json")).get("model");
            Json.write(folder.resolve("vocab.json"), model.get("vocab"));
            StringBuilder merges = new StringBuilder("#version: 0.2\n");
            model.get("merges").forEach(pair ->
                    merges.append(pair.get(0).stringValue()).append(' ')
                            .append(pair.get(1).stringValue()).append('\n'));
            Files.writeString(folder.resolve("merges.txt"), merges);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder);
            String text = "Hark! The 12 kings' crowns — naïve 🙂\n\n  end";
            assertArrayEquals(variant("gpt2").encode(text).ids(), tokenizer.encode(text).ids());
            assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
            Files.writeString(folder.resolve("merges.txt"), merges + "q\n");
            InputException e = assertThrows(InputException.class, () -> HuggingFaceTokenizer.load(folder));
            assertTrue(e.getMessage().contains("merges.txt: line ") && e.getMessage().contains("found \"q\""),
                    e.getMessage());
            Files.writeString(folder.resolve("merges.txt"), merges + "q unknown\n");
            assertThrows(InputException.class, () -> HuggingFaceTokenizer.load(folder));
        } finally {
            for (String name : List.of("vocab.json", "merges.txt")) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    @Example
    void aMegabyteOfAnythingIsEncoded() {
        StringBuilder letters = new StringBuilder();
        for (long i = 0; i < 1_000_000; i++) {
            letters.append((char) ('a' + (i * i * 7919 + i / 64) % 3));
        }
        int n = 100_000;
        List<String> texts = List.of(letters.toString(), "\0".repeat(n), " ".repeat(n) + "x", "日".repeat(n),
                "7".repeat(n), "A".repeat(n), "\r\n".repeat(n), "\u2581".repeat(n));
        for (String name : List.of("gpt2", "llama3", "llama2")) {
            HuggingFaceTokenizer tokenizer = variant(name);
            for (String text : texts) {
                Encoding encoding = tokenizer.encode(text);
                assertEquals(text.getBytes(StandardCharsets.UTF_8).length, encoding.ends()[encoding.size() - 1]);
                if (!text.startsWith("\u2581")) {
                    assertEquals(text, tokenizer.decode(encoding.ids()));
                }
            }
        }
    }

    @Example
    void whatHasNoTokensIsNamed() {
        HuggingFaceTokenizer tokenizer = variant("gpt2");
        for (String name : List.of("gpt2", "llama2", "qwen2")) {
            InputException surrogate = assertThrows(InputException.class, () -> variant(name).encode("ab\ud83d!"));
            assertEquals(
                    "text: found the unpaired surrogate U+D83D at character 2, expected text that has a UTF-8 form",
                    surrogate.getMessage());
        }
        int size = tokenizer.vocabularySize();
        InputException unknown = assertThrows(InputException.class, () -> tokenizer.decode(size));
        assertEquals("token id: found " + size + ", expected 0.." + (size - 1), unknown.getMessage());
        tokenizer.requireWithin(size);
        InputException larger = assertThrows(InputException.class, () -> tokenizer.requireWithin(size - 1));
        assertEquals("tokenizer: found " + size + " token ids, expected at most " + (size - 1)
                        + ", the vocabulary of the model",
                larger.getMessage());
        InputException marks =
                assertThrows(InputException.class, () -> variant("qwen2").encode("\u0301\u0316".repeat(500_000)));
        assertTrue(marks.getMessage().startsWith("text: found more than 1000 marks in a row at character 1000,"),
                marks.getMessage());
        assertEquals("<0xE2>", tokenizer.token(tokenizer.id("â").orElseThrow()));
        assertEquals(0, variant("llama2").encode("").size());
    }
}
