package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.io.InputException;

class ChunkerTest {

    @Provide
    Arbitrary<List<String>> texts() {
        return Texts.unicode().list().ofMinSize(1).ofMaxSize(5);
    }

    @Property
    void sequencesTileEachDocumentAndTheRestIsCounted(
            @ForAll("texts") List<String> texts, @ForAll @IntRange(min = 1, max = 9) int length) {
        List<Document> documents = texts.stream().map(t -> new Document("d" + t.hashCode(), "0123456789" + t)).toList();
        ByteTokenizer tokenizer = new ByteTokenizer();
        Chunker.Chunks chunks = new Chunker(tokenizer, length).chunk(documents);
        int next = 0;
        long tokens = 0;
        for (Document document : documents) {
            int[] ids = tokenizer.encode(document.text()).ids();
            tokens += ids.length;
            for (int from = 0; from + length + 1 <= ids.length; from += length + 1) {
                TextSequence sequence = chunks.sequences().get(next++);
                assertEquals(document.id(), sequence.documentId());
                assertEquals(from, sequence.startByte());
                assertEquals(from + length + 1, sequence.endByte());
                assertArrayEquals(Arrays.copyOfRange(ids, from, from + length + 1), sequence.tokens());
                assertEquals(tokenizer.decode(sequence.tokens()), sequence.text());
            }
        }
        assertEquals(next, chunks.sequences().size());
        assertEquals(tokens, (long) next * (length + 1) + chunks.droppedTokens());
        assertEquals(documents.size(), chunks.documents());
    }

    @Example
    void shortDocumentsAreCounted() {
        Chunker.Chunks chunks = new Chunker(new ByteTokenizer(), 3)
                .chunk(List.of(new Document("a", "abc"), new Document("b", "abcdefghi"), new Document("c", "")));
        assertEquals(List.of("abcd", "efgh"), chunks.sequences().stream().map(TextSequence::text).toList());
        assertEquals(2, chunks.shortDocuments());
        assertEquals(4, chunks.droppedTokens());
    }

    @Example
    void aTextTooShortForOneSequenceIsAnError() {
        Chunker chunker = new Chunker(new ByteTokenizer(), 8);
        InputException e = assertThrows(
                InputException.class,
                () -> chunker.chunk(List.of(new Document("a", "abc"), new Document("b", "abcdefgh"))));
        assertEquals(
                "text: found 8 tokens in the longest of 2 documents, "
                        + "expected at least 9: 8 inputs and a label after the last",
                e.getMessage());
        assertThrows(InputException.class, () -> chunker.chunk(List.of()));
        assertThrows(InputException.class, () -> new Chunker(new ByteTokenizer(), 0));
    }

    @Example
    void paragraphsAreNamedByTheirLine() {
        Document document = new Document("f", "one\ntwo\n\nthree\r\n \t\r\n\r\nfour\n\n\n");
        assertEquals(
                List.of(new Document("f:1", "one\ntwo"), new Document("f:4", "three"), new Document("f:7", "four")),
                document.paragraphs());
        assertEquals(List.of(), new Document("f", "\n\n \n").paragraphs());
        assertEquals(List.of(new Document("f:3", "x")), new Document("f", "\n\nx").paragraphs());
        assertEquals(List.of(new Document("f:1", "x")), new Document("f", "x").paragraphs());
    }

    @Property
    void noParagraphHoldsABlankLine(@ForAll("texts") List<String> texts) {
        Document document = new Document("f", String.join("\n\n", texts));
        for (Document paragraph : document.paragraphs()) {
            assertTrue(!paragraph.text().isBlank() && !paragraph.text().contains("\n\n"));
            assertTrue(document.text().contains(paragraph.text()));
        }
    }

    @Example
    void aMillionBlankLinesAreOneSeparator() {
        Document document = new Document("f", "a" + "\n".repeat(1_000_000) + "b");
        assertEquals(List.of(new Document("f:1", "a"), new Document("f:1000001", "b")), document.paragraphs());
    }
}
