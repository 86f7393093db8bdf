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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Example;

class PromptedTextTest {

    /** Its merges are of everyday text: " the", " stone", "'s". */
    private static final HuggingFaceTokenizer LEARNED = ByteLevelBpe.train(
            List.of("the stone bridge by the mill, the stone mill's bridge by the the sea".repeat(3)), 330).tokenizer();

    /** A tokenizer of each kind by name: bytes, learned, and all that {@code tokenizer.json} can ask for. */
    @Provide
    Arbitrary<String> tokenizers() {
        return Arbitraries.of("bytes", "learned", "gpt2", "llama3", "gpt4o", "smollm", "deepseek", "added", "llama2",
                "metaspace-always", "metaspace-first", "metaspace-never", "prefix-space", "qwen2", "words", "unk",
                "unk-fused", "whitespace", "split-merged_with_next", "split-contiguous");
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words = Arbitraries.of(
                        "the", " the", " stone", "st", "one", " ", "'s", "½", "e", "\u0301", "é", "\n", "12", "3", "🙂")
                .list().ofMaxSize(8).map(parts -> String.join("", parts));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, words), net.jqwik.api.Tuple.of(1, Texts.unicode()));
    }

    private static Tokenizer tokenizer(String name) {
        return switch (name) {
            case "bytes" -> new ByteTokenizer();
            case "learned" -> LEARNED;
            default -> HuggingFaceTokenizerTest.variant(name);
        };
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The definition: one text; the first token that holds or follows the first byte of the completion. */
    @Property(tries = 1000)
    void theBorderIsTheFirstTokenThatReachesIntoTheCompletion(
            @ForAll("tokenizers") String name, @ForAll("texts") String prompt, @ForAll("texts") String completion) {
        Tokenizer tokenizer = tokenizer(name);
        PromptedText text = PromptedText.of(tokenizer, prompt, completion);
        Encoding whole = tokenizer.encode(prompt + completion);
        assertArrayEquals(whole.ids(), text.encoding().ids());
        assertEquals(whole.size(), text.promptTokens() + text.completionTokens());
        int border = bytes(prompt);
        for (int t = 0; t < whole.size(); t++) {
            boolean ofPrompt = t < text.promptTokens();
            assertEquals(ofPrompt, !prompt.isEmpty() && whole.ends()[t] <= border, "token " + t);
            assertFalse(ofPrompt && whole.ends()[t] > border, "a byte of the completion is given away");
        }
    }

    /** Special tokens of a template stay on their sides. */
    @Property(tries = 300)
    void aTemplatePutsItsTokensOutside(@ForAll("texts") String prompt, @ForAll("texts") String completion) {
        HuggingFaceTokenizer plain = HuggingFaceTokenizerTest.variant("llama2");
        HuggingFaceTokenizer special = plain.with(EncodingOptions.WITH_SPECIAL_TOKENS);
        PromptedText without = PromptedText.of(plain, prompt, completion);
        PromptedText with = PromptedText.of(special, prompt, completion);
        assertEquals(2, special.encode("").size(), "the template begins a text and ends it");
        int atTheEnd = completion.isEmpty() && !prompt.isEmpty() ? 1 : 0;
        assertEquals(without.promptTokens() + (prompt.isEmpty() ? 0 : 1) + atTheEnd, with.promptTokens());
        assertEquals(without.encoding().size() + 2, with.encoding().size());
        assertFalse(with.firstIsGiven(Packing.NONE), "the template's token stands before");
        if (with.completionTokens() > 0) {
            int given = Math.max(1, with.promptTokens());
            assertEquals(with.encoding().size() - given, with.example(Packing.NONE).lossPositions());
        }
    }

    /** A corpus that is read from its file and a query that is asked: one sequence, one loss mask. */
    @Property(tries = 300)
    void aRecordIsTheSameSequenceInACorpusAndAsAQuery(
            @ForAll("tokenizers") String name, @ForAll("texts") String prompt, @ForAll("texts") String completion,
            @ForAll boolean begin) throws IOException {
        Tokenizer tokenizer = tokenizer(name);
        PromptedText query = PromptedText.of(tokenizer, prompt, completion);
        int beginToken = begin ? 1 : Packing.NONE;
        int positions = query.tokens(beginToken).length - 1;
        if (positions < 1 || query.completionTokens() == 0) {
            assertThrows(InputException.class, () -> query.example(beginToken));
            return;
        }
        Packing packing = new Packing(positions + 3, Packing.Mode.SPLIT, beginToken, Packing.NONE, 0, false);
        Path file = Files.createTempFile("plumbline-prompted", ".jsonl");
        try {
            Files.writeString(file, Json.line(Map.of("prompt", prompt, "completion", completion)) + "\n");
            DocumentSource source = DocumentSource.of(file, CorpusFormat.ofName(file));
            try (PackedSequences sequences = packing.open(source, tokenizer)) {
                assertSame(query.example(beginToken), sequences.next().trimmed().example());
                assertFalse(sequences.hasNext());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void assertSame(Example expected, Example found) {
        assertEquals(expected.length(), found.length());
        for (String indices : List.of(Example.TOKENS, Example.POSITIONS, Example.LABELS)) {
            assertArrayEquals(expected.indices(indices), found.indices(indices), indices);
        }
        for (String reals : List.of(Example.FED, Example.WEIGHTS)) {
            assertArrayEquals(expected.reals(reals), found.reals(reals), reals);
        }
    }

    /** Where nothing is put before a text, the same cuts are the same tokens. */
    @Property(tries = 300)
    void textsThatAreCutAlikeHaveTheSameTokens(@ForAll("texts") String prompt, @ForAll("texts") String completion) {
        PromptedText text = PromptedText.of(LEARNED, prompt, completion);
        int[] before = LEARNED.encode(prompt).ids();
        int[] after = LEARNED.encode(completion).ids();
        int[] apart = Arrays.copyOf(before, before.length + after.length);
        System.arraycopy(after, 0, apart, before.length, after.length);
        assertEquals(Arrays.equals(apart, text.encoding().ids()), text.isCutAlikeApart(LEARNED));
        if (text.isCutAlikeApart(LEARNED)) {
            assertEquals(before.length, text.promptTokens());
            assertFalse(text.straddles());
        }
    }

    @net.jqwik.api.Example
    void aSpaceAtTheEndOfThePromptIsTheCompletionsIfItsFirstTokenWantsIt() {
        PromptedText slip = PromptedText.of(LEARNED, "by the ", "stone bridge");
        PromptedText meant = PromptedText.of(LEARNED, "by the", " stone bridge");
        assertEquals(LEARNED.encode("by the").size(), meant.promptTokens());
        assertTrue(meant.isCutAlikeApart(LEARNED));
        assertFalse(slip.isCutAlikeApart(LEARNED));
        assertTrue(slip.straddles());
        assertFalse(meant.straddles());
        assertSame(meant.example(Packing.NONE), slip.example(Packing.NONE));
    }

    @net.jqwik.api.Example
    void bordersInsideWhatANormalizerMakes() {
        // NFC makes one character of two; here it is two tokens, bytes, and they share the two characters out.
        Tokenizer composing = HuggingFaceTokenizerTest.variant("qwen2");
        PromptedText composed = PromptedText.of(composing, "e", "\u0301");
        assertArrayEquals(composing.encode("é").ids(), composed.encoding().ids());
        assertEquals(1, composed.promptTokens());
        assertEquals(1, composed.completionTokens());
        // NFKC makes three characters of one, "1⁄2", and all of them stay in the prompt.
        Tokenizer expanding = HuggingFaceTokenizerTest.variant("added");
        PromptedText expanded = PromptedText.of(expanding, "½", " cup");
        assertEquals(expanding.encode("½").size(), expanded.promptTokens());
        assertFalse(expanded.straddles());
        // A space that is dropped belongs to no token: the completion begins after it.
        Tokenizer dropping = HuggingFaceTokenizerTest.variant("whitespace");
        PromptedText dropped = PromptedText.of(dropping, "the", " the");
        assertEquals(dropping.encode("the").size(), dropped.promptTokens());
    }

    /** Llama 2 puts a space before every text. That alone is no difference, a word that is cut elsewhere is. */
    @net.jqwik.api.Example
    void aSpaceBeforeEveryTextIsNoDifference() {
        Tokenizer llama = HuggingFaceTokenizerTest.variant("llama2");
        assertTrue(PromptedText.of(llama, "2+2=", "4").isCutAlikeApart(llama));
        assertFalse(PromptedText.of(llama, "the ", "the").isCutAlikeApart(llama));
    }

    @net.jqwik.api.Example
    void withoutAnythingBeforeTheFirstTokenIsGiven() {
        PromptedText text = PromptedText.of(LEARNED, "", " the the the");
        assertEquals(0, text.promptTokens());
        assertTrue(text.firstIsGiven(Packing.NONE));
        assertFalse(text.firstIsGiven(0));
        assertEquals(2, text.example(Packing.NONE).lossPositions());
        assertEquals(3, text.example(0).lossPositions());
        // The prompt's only character is part of a token that is the completion's.
        PromptedText swallowed = PromptedText.of(LEARNED, " ", "the the");
        assertTrue(swallowed.firstIsGiven(Packing.NONE));
        assertEquals(1, swallowed.example(Packing.NONE).lossPositions());
        assertEquals("found a completion of 1 tokens after a prompt of 0, expected something to predict and something"
                + " before it", assertThrows(InputException.class,
                () -> PromptedText.of(LEARNED, "", " the").example(Packing.NONE)).getMessage());
        assertThrows(InputException.class, () -> PromptedText.of(LEARNED, "the", "").example(Packing.NONE));
    }

    @net.jqwik.api.Example
    void aCharacterCutInHalfIsRefused() {
        assertThrows(InputException.class, () -> PromptedText.of(LEARNED, "\ud83d", "\ude42"));
        assertThrows(IllegalArgumentException.class,
                () -> new PromptedText("a", "b", new ByteTokenizer().encode("ab"), 3));
    }
}
