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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

class PackingTest {

    private static final int END = 0;

    @Provide
    Arbitrary<List<String>> texts() {
        return Texts.unicode().list().ofMaxSize(6);
    }

    private static List<TokenSequence> pack(Packing packing, CorpusDocument... documents) {
        try (PackedSequences sequences = new PackedSequences(packing, Stream.of(documents), new ByteTokenizer())) {
            List<TokenSequence> result = new ArrayList<>();
            sequences.forEachRemaining(result::add);
            return result;
        }
    }

    private static CorpusDocument[] documents(List<String> texts) {
        List<CorpusDocument> documents = new ArrayList<>();
        texts.forEach(text -> documents.add(new CorpusDocument.Plain("d" + documents.size(), text, Map.of())));
        return documents.toArray(CorpusDocument[]::new);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Positions that bear loss predict every token of every document once, but for a document's first. */
    @Property(tries = 300)
    void splitDocumentsArePredictedOnce(
            @ForAll("texts") List<String> texts, @ForAll @IntRange(min = 1, max = 9) int length) {
        List<Integer> predicted = predicted(pack(Packing.splitting(length), documents(texts)));
        List<Integer> expected = new ArrayList<>();
        for (String text : texts) {
            byte[] bytes = utf8(text);
            for (int i = 1; i < bytes.length; i++) {
                expected.add(Byte.toUnsignedInt(bytes[i]));
            }
        }
        assertEquals(expected, predicted);
    }

    /** The whole corpus is one row of tokens, of which all but the first are predicted once. */
    @Property(tries = 300)
    void packedDocumentsArePredictedOnce(
            @ForAll("texts") List<String> texts,
            @ForAll @IntRange(min = 1, max = 9) int length,
            @ForAll boolean lossAcrossDocuments) {
        Packing packing = new Packing(length, Packing.Mode.PACK, Packing.NONE, END, 0, lossAcrossDocuments);
        List<Integer> expected = new ArrayList<>();
        boolean first = true;
        for (String text : texts) {
            boolean begins = true;
            for (byte b : utf8(text + "\0")) {
                if (!first && (!begins || lossAcrossDocuments)) {
                    expected.add(Byte.toUnsignedInt(b));
                }
                first = false;
                begins = false;
            }
        }
        assertEquals(expected, predicted(pack(packing, documents(texts))));
    }

    @Property(tries = 300)
    void whatIsMaskedFitsTogether(
            @ForAll("texts") List<String> texts,
            @ForAll @IntRange(min = 1, max = 9) int length,
            @ForAll Packing.Mode mode,
            @ForAll boolean begin) {
        Packing packing = new Packing(length, mode, begin ? 1 : Packing.NONE, END, 7, false);
        CorpusDocument[] documents = documents(texts);
        try (PackedSequences sequences = new PackedSequences(packing, Stream.of(documents), new ByteTokenizer())) {
            long loss = 0;
            long count = 0;
            while (sequences.hasNext()) {
                TokenSequence sequence = sequences.next();
                count++;
                loss += sequence.lossPositions();
                assertEquals(length, sequence.length());
                assertTrue(sequence.lossPositions() > 0);
                for (int t = 0; t < length; t++) {
                    assertFalse(sequence.loss()[t] && t >= sequence.fed(), "padding bears loss");
                    assertTrue(t < sequence.fed() || sequence.tokens()[t + 1] == 7, "padding is padding");
                }
                assertEquals(sequence.fed(), sequence.example().fedPositions());
                assertEquals(sequence.lossPositions(), sequence.example().lossPositions());
                requireParts(sequence, documents);
            }
            PackedSequences.Report report = sequences.report();
            assertEquals(documents.length, report.documents());
            assertEquals(count, report.sequences());
            assertEquals(loss, report.lossPositions());
            long bytes = texts.stream().mapToLong(text -> utf8(text).length).sum();
            long begun = begin ? texts.stream().filter(text -> !text.startsWith("\u0001")).count() : 0;
            assertEquals(bytes + begun + documents.length, report.tokens());
        }
    }

    /** Parts follow one another, and their bytes are those of the document. */
    private static void requireParts(TokenSequence sequence, CorpusDocument[] documents) {
        int next = 0;
        for (TokenSequence.Part part : sequence.parts()) {
            assertEquals(next, part.from());
            next = part.to();
            byte[] utf8 = utf8(documents[Integer.parseInt(part.documentId().substring(1))].text());
            byte[] covered = Arrays.copyOfRange(utf8, part.startByte(), part.endByte());
            String inside = new String(covered, StandardCharsets.ISO_8859_1);
            StringBuilder tokens = new StringBuilder();
            for (int t = part.from(); t < part.to(); t++) {
                tokens.append((char) sequence.tokens()[t]);
            }
            // A token carried over from the sequence before covers no bytes here; begin and end tokens never do.
            assertTrue(tokens.toString().contains(inside));
            assertTrue(tokens.length() - inside.length() <= 2);
        }
        assertEquals(next, sequence.fed() + 1);
    }

    private static List<Integer> predicted(List<TokenSequence> sequences) {
        List<Integer> predicted = new ArrayList<>();
        for (TokenSequence sequence : sequences) {
            for (int t = 0; t < sequence.length(); t++) {
                if (sequence.loss()[t]) {
                    predicted.add(sequence.tokens()[t + 1]);
                }
            }
        }
        return predicted;
    }

    @Example
    void promptsBearNoLoss() {
        CorpusDocument completion = new CorpusDocument.Completion("c", "ab", "cd", Map.of("source", "book"));
        TokenSequence sequence =
                pack(new Packing(6, Packing.Mode.TRUNCATE, 1, END, 9, false), completion).getFirst();
        assertArrayEquals(new int[] {1, 'a', 'b', 'c', 'd', END, 9}, sequence.tokens());
        assertArrayEquals(new boolean[] {false, false, true, true, true, false}, sequence.loss());
        assertEquals(5, sequence.fed());
        assertEquals(List.of(new TokenSequence.Part(
                "c", 0, 6, 0, 4, Map.of("source", "book"), 0, DocumentPlace.NONE)), sequence.parts());
        assertArrayEquals(new double[] {1, 1, 1, 1, 1, 0}, sequence.example().reals("fed"));
        assertArrayEquals(new double[] {0, 0, 1, 1, 1, 0}, sequence.example().reals("weights"));
    }

    @Example
    void aTokenAcrossTheBorderBelongsToTheCompletion() {
        HuggingFaceTokenizer tokenizer = ByteLevelBpe.train(List.of("abc abc"), 260).tokenizer();
        int[] ids = tokenizer.encode("xabcd").ids();
        assertEquals(3, ids.length, "x, abc, d");
        CorpusDocument completion = new CorpusDocument.Completion("c", "xab", "cd", Map.of());
        try (PackedSequences sequences = new PackedSequences(Packing.truncating(4), Stream.of(completion), tokenizer)) {
            TokenSequence sequence = sequences.next();
            assertArrayEquals(new boolean[] {true, true, false, false}, sequence.loss());
        }
    }

    /** A corpus that brings its own begin tokens gets no second ones, in sequences or in queries. */
    @Example
    void aDocumentThatBeginsWithTheBeginTokenGetsNoSecond() {
        Packing packing = new Packing(8, Packing.Mode.SPLIT, 1, Packing.NONE, 0, false);
        for (String text : List.of("\u0001abc", "abc")) {
            TokenSequence sequence = pack(packing, new CorpusDocument.Plain("d", text, Map.of())).getFirst();
            assertArrayEquals(new int[] {1, 'a', 'b', 'c', 0, 0, 0, 0, 0}, sequence.tokens());
            assertEquals(3, sequence.lossPositions());
            PromptedText query = PromptedText.of(new ByteTokenizer(), "", text);
            assertArrayEquals(new int[] {1, 'a', 'b', 'c'}, query.tokens(1));
            assertEquals(3, query.example(1).lossPositions());
        }
        TokenSequence ids = pack(packing, new CorpusDocument.Tokens("t", new int[] {1, 5, 6})).getFirst();
        assertArrayEquals(new int[] {1, 5, 6, 0, 0, 0, 0, 0, 0}, ids.tokens());
        Packing packed = new Packing(5, Packing.Mode.PACK, 1, Packing.NONE, 0, true);
        TokenSequence both = pack(packed, new CorpusDocument.Plain("d", "ab", Map.of()),
                new CorpusDocument.Plain("e", "\u0001cd", Map.of())).getFirst();
        assertArrayEquals(new int[] {1, 'a', 'b', 1, 'c', 'd'}, both.tokens());
        assertArrayEquals(new boolean[] {true, true, true, true, true}, both.loss());
    }

    @Example
    void whatIsCutOffIsCounted() {
        CorpusDocument[] documents = {
            new CorpusDocument.Plain("a", "abcdef", Map.of()),
            new CorpusDocument.Plain("b", "x", Map.of()),
            new CorpusDocument.Plain("c", "", Map.of()),
            new CorpusDocument.Completion("d", "a long prompt", "!", Map.of())
        };
        try (PackedSequences sequences =
                new PackedSequences(Packing.truncating(3), Stream.of(documents), new ByteTokenizer())) {
            assertArrayEquals(new int[] {'a', 'b', 'c', 'd'}, sequences.next().tokens());
            assertFalse(sequences.hasNext());
            assertEquals(new PackedSequences.Report(4, 1, 21, 17, 3, 1, 3), sequences.report());
        }
    }

    @Example
    void thePolicyGoesToAManifestAndBack() {
        Packing packing = Packing.packed(8, END);
        String json = Json.line(packing);
        assertEquals("{\"length\":8,\"mode\":\"PACK\",\"beginToken\":-1,\"endToken\":0,\"paddingToken\":0,"
                + "\"lossAcrossDocuments\":true}", json);
        assertEquals(packing, Json.parse(Path.of("manifest.json"), utf8(json), Packing.class));
    }

    @Example
    void unusableRequestsAreRefused() throws IOException {
        assertThrows(InputException.class, () -> Packing.truncating(0));
        assertThrows(InputException.class, () -> Packing.packed(8, Packing.NONE));
        assertThrows(InputException.class, () -> new Packing(8, Packing.Mode.SPLIT, -2, 0, 0, false));
        Path file = Files.writeString(Files.createTempFile("plumbline", ".txt"), "text");
        try {
            DocumentSource source = DocumentSource.of(file, CorpusFormat.ofName(file));
            assertThrows(InputException.class, () -> Packing.packed(8, 256).open(source, new ByteTokenizer()));
            try (PackedSequences sequences = Packing.packed(8, END).open(source, new ByteTokenizer())) {
                assertEquals(4, sequences.next().fed());
            }
        } finally {
            Files.delete(file);
        }
        InputException unknown = assertThrows(
                InputException.class,
                () -> pack(Packing.splitting(2), new CorpusDocument.Tokens("t", new int[] {1, 256})));
        assertEquals(
                "document t, token 1: found id 256, expected 0..255, the tokenizer's vocabulary", unknown.getMessage());
    }
}
