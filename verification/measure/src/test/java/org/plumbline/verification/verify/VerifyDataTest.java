package org.plumbline.verification.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.model.Example;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.PromptedText;
import org.plumbline.text.TokenSequence;

/** The data of {@code verify} are what the other commands would make of the same texts. */
class VerifyDataTest {
    private static final VerifyConfig CONFIG =
            new VerifyConfig(128, 20, 8, 1, 2, 8, 96, 8, 100, 16, 1e-2, 0.1, 3);

    @TempDir
    private Path folder;

    private static void assertSame(Example expected, Example found) {
        assertArrayEquals(expected.indices(Example.TOKENS), found.indices(Example.TOKENS));
        assertArrayEquals(expected.indices(Example.LABELS), found.indices(Example.LABELS));
        assertArrayEquals(expected.reals(Example.WEIGHTS), found.reals(Example.WEIGHTS));
        assertArrayEquals(expected.reals(Example.FED), found.reals(Example.FED));
    }

    private static List<TokenSequence> sequences(PackedSequences packed) {
        List<TokenSequence> sequences = new ArrayList<>();
        try (packed) {
            packed.forEachRemaining(sequences::add);
        }
        return sequences;
    }

    @Test
    void documentsAreCutByPackingAndQueriesByTheRuleForPrompts() {
        VerifyData data = VerifyData.ofCorpus("harbor", CONFIG);
        assertTrue(data.tokenizer().vocabularySize() <= CONFIG.vocabulary());
        assertEquals(CONFIG.sequences(), data.examples().size());
        List<CorpusDocument.Plain> documents = data.texts().stream()
                .map(text -> new CorpusDocument.Plain("d", text, Map.of()))
                .toList();
        List<TokenSequence> expected =
                sequences(Packing.truncating(CONFIG.context()).open(documents, data.tokenizer()));
        for (int m = 0; m < expected.size(); m++) {
            assertSame(expected.get(m).example(), data.examples().get(m).padRight(CONFIG.context()));
        }
        assertEquals(CONFIG.queries(), data.queries().size());
        for (Query query : data.queries()) {
            assertSame(PromptedText.of(data.tokenizer(), query.prompt(), query.completion()).example(Packing.NONE),
                    query.example());
        }
    }

    @Test
    void aTextIsSplitAsACorpusOfOneDocument() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append("line ").append(i * 7919 % 1000).append(" of the text is read\n");
        }
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        VerifyData data = VerifyData.ofText(file, CONFIG);
        List<TokenSequence> expected = sequences(Packing.splitting(CONFIG.context())
                .open(DocumentSource.of(file, CorpusFormat.ofName(file)), data.tokenizer()));
        int whole = (int) expected.stream().filter(sequence -> sequence.fed() == CONFIG.context()).count();
        assertEquals(Math.min(CONFIG.sequences(), whole - CONFIG.queries()), data.examples().size());
        for (int m = 0; m < data.examples().size(); m++) {
            assertSame(expected.get(m).example(), data.examples().get(m));
            assertEquals(data.tokenizer().decode(expected.get(m).tokens()), data.texts().get(m));
        }
        for (int q = 0; q < CONFIG.queries(); q++) {
            TokenSequence sequence = expected.get(data.examples().size() + q);
            assertArrayEquals(Arrays.copyOf(sequence.tokens(), CONFIG.context()),
                    data.queries().get(q).example().indices(Example.TOKENS));
        }
    }

    /** Of a text that holds more bytes than the vocabulary has room for, every byte is a token and none is unknown. */
    @Test
    void aTextOfManyScriptsIsReadWithoutUnknownTokens() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            text.appendCodePoint(0x4e00 + i * 37).append(i % 9 == 0 ? "\n" : "я").append((char) ('!' + i % 90));
        }
        Path file = Files.writeString(folder.resolve("scripts.txt"), text);
        VerifyData data = VerifyData.ofText(file, CONFIG);
        assertTrue(data.tokenizer().vocabularySize() > CONFIG.vocabulary());
        assertEquals(text.toString(), data.tokenizer().decode(data.tokenizer().encode(text.toString()).ids()));
    }
}
