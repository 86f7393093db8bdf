package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.io.GzipInput;
import org.plumbline.io.InputException;

/** Corpora that are damaged, of another kind, or larger than they look: read whole, or refused in one line. */
class HostileCorpusTest {
    private static final CorpusFormat JSON_LINES = new CorpusFormat.JsonLines(FieldNames.DEFAULT);
    private static final CorpusFormat ARRAY = new CorpusFormat.JsonArray(FieldNames.DEFAULT);
    private static final CorpusFormat CSV = new CorpusFormat.Table(',', FieldNames.DEFAULT);

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private DocumentSource source(byte[] content, CorpusFormat format) throws IOException {
        return DocumentSource.of(Files.write(folder.resolve("f"), content), format);
    }

    private static List<String> texts(DocumentSource source) {
        try (Stream<CorpusDocument> documents = source.open()) {
            return documents.map(CorpusDocument::text).toList();
        }
    }

    private static void refused(DocumentSource source, String... said) {
        String message = assertThrows(InputException.class, () -> texts(source)).getMessage();
        assertTrue(Stream.of(said).allMatch(message::contains), message);
        assertTrue(message.length() <= 400, message);
    }

    @Test
    void membersOfAGzipFileAreOneText() throws IOException {
        byte[] two = joined(gzip(bytes("{\"text\":\"a\"}\n{\"te")), gzip(new byte[0]), gzip(bytes("xt\":\"b\"}\n")));
        assertEquals(List.of("a", "b"), texts(source(two, JSON_LINES)));
        assertEquals(List.of("a", "b"), texts(source(joined(two, new byte[512]), JSON_LINES)));
    }

    /** Every byte of the second member's header and trailer counts: none may end the corpus early. */
    @Test
    void aDamagedSecondMemberIsSaid() throws IOException {
        byte[] first = gzip(bytes("{\"text\":\"a\"}\n"));
        byte[] second = gzip(bytes("{\"text\":\"b\"}\n"));
        for (int at : new int[] {0, 1, 2, second.length - 8, second.length - 4, second.length - 1}) {
            byte[] damaged = second.clone();
            damaged[at] ^= 0x40;
            refused(source(joined(first, damaged), JSON_LINES), "gzip stream is broken", "member 2");
        }
        for (int length = 1; length < second.length; length++) {
            refused(source(joined(first, Arrays.copyOf(second, length)), JSON_LINES), "gzip", "member 2");
        }
        refused(source(joined(first, bytes("more text")), JSON_LINES), "gzip stream is broken", "member 2");
    }

    @Test
    void aSmallFileDoesNotBecomeAnEndlessOne() throws IOException {
        byte[] line = bytes("{\"text\":\"a\"}\n");
        byte[] lines = new byte[2 * GzipInput.FREE_BYTES / line.length * line.length];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = line[i % line.length];
        }
        byte[] bomb = gzip(lines);
        refused(source(bomb, JSON_LINES), "found more than 200 times", "--limit ratio=N");
        DocumentSource allowed = source(bomb, JSON_LINES).within(ReadLimits.DEFAULT.with(Map.of("ratio", 2000)));
        try (Stream<CorpusDocument> documents = allowed.open()) {
            assertEquals(lines.length / line.length, documents.count());
        }
    }

    @Test
    void linesRecordsAndFieldsHaveLimitsThatCanBeRaised() throws IOException {
        ReadLimits small = new ReadLimits(100, 200, 10, 200);
        String text = "x".repeat(150);
        refused(source(bytes("{\"text\":\"" + text + "\"}"), JSON_LINES).within(small),
                "found more than 100 bytes", "--limit line=N");
        assertEquals(List.of(text), texts(source(bytes("{\"text\":\"" + text + "\"}"), JSON_LINES)
                .within(small.with(Map.of("line", 1000)))));
        String keys = "\"a\":[1,2,3,4,5,6,7,8,9,10],";
        refused(source(bytes("{" + keys + "\"text\":\"t\"}"), JSON_LINES).within(small),
                "values, expected at most 10 in a record", "--limit fields=N");
        assertEquals(List.of("a,b,[,{,c,d,e,\\\",f,g,h,i,j"), texts(source(
                bytes("{\"text\":\"a,b,[,{,c,d,e,\\\\\\\",f,g,h,i,j\"}"), JSON_LINES).within(small)));
        refused(source(bytes("text" + ",a".repeat(10) + "\n"), CSV).within(small), "more than 10 columns",
                "--limit fields=N");
        refused(source(bytes("text\n\"" + "abcdefghi\n".repeat(30) + "\"\n"), CSV).within(small),
                "a row of more than 200", "--limit document=N");
        refused(source(bytes("abcdefghi\n".repeat(30)), new CorpusFormat.PlainText("--")).within(small),
                "a document of more than 200", "--limit document=N");
        refused(source(new byte[400], new CorpusFormat.TokenIds(2, 7, 0)).within(small), "more than 50 tokens",
                "--limit document=N");
        assertThrows(InputException.class, () -> small.with(Map.of("colour", 1)));
        assertThrows(InputException.class, () -> small.with(Map.of("line", 0)));
    }

    /** A line of as many documents as this, taken from its front one by one, moved 10¹³ bytes. */
    @Test
    void separatorsInOneLineTakeLinearTime() throws IOException {
        int documents = 1 << 20;
        byte[] line = bytes("document<|end|>".repeat(documents));
        try (Stream<CorpusDocument> read =
                source(line, new CorpusFormat.PlainText("<|end|>")).open()) {
            assertEquals(documents, read.filter(document -> document.text().equals("document")).count());
        }
    }

    @Test
    void aLineFeedInASeparatorIsALineEndOfEitherKind() throws IOException {
        CorpusFormat paragraphs = new CorpusFormat.PlainText("\n\n");
        List<String> notes = new ArrayList<>();
        assertEquals(List.of("one\r\nline", "two", "three\r\n"),
                texts(source(bytes("one\r\nline\r\n\r\ntwo\n\nthree\r\n"), paragraphs).telling(notes::add)));
        assertEquals(List.of(), notes);
        assertEquals(List.of("a", "b"), texts(source(bytes("a\r\n--\r\nb"), new CorpusFormat.PlainText("\n--\n"))));
    }

    @Test
    void aSeparatorThatNeverOccursIsTold() throws IOException {
        List<String> notes = new ArrayList<>();
        DocumentSource source = source(bytes("one\n\ntwo\n"), new CorpusFormat.PlainText("<end>")).telling(notes::add);
        assertEquals(List.of("one\n\ntwo\n"), texts(source));
        assertEquals(1, texts(source).size());
        assertEquals(1, notes.size(), notes::toString);
        assertTrue(notes.getFirst().contains("the separator occurs nowhere"), notes::toString);
        texts(source(bytes("one\n"), new CorpusFormat.PlainText("")).telling(notes::add));
        assertEquals(1, notes.size(), notes::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "version https://git-lfs.github.com/spec/v1\\noid | Git LFS pointer", "PAR1.... | Parquet", "PK\\3\\4.. | zip",
        "BZh9 | bzip2", "\\375\\67zXZ\\0 | xz", "(\\265/\\375 | zstd", "\\377\\376a | UTF-16", "GGUF | GGUF",
        "\\223NUMPY | NumPy", "ARROW1 | Arrow"
    })
    void aFileOfAnotherKindIsNamed(String head, String kind) throws IOException {
        byte[] content = bytes(head.translateEscapes());
        for (CorpusFormat format : List.of(JSON_LINES, CSV, new CorpusFormat.PlainText(""))) {
            refused(source(content, format), kind);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"text\": \"a\"}]", "[\n", " [\n{\"text\": \"a\"}\n]\n"})
    void anArrayIsNamedWithARemedy(String content) throws IOException {
        refused(source(bytes(content), JSON_LINES), "found a JSON array", "--format json");
    }

    @Test
    void aDamagedArrayIsSaid() throws IOException {
        String good = "{\"text\": \"a\"}";
        for (String content : new String[] {"[", "[" + good, "[" + good + ",", "[" + good + ", {\"text\": \"b", "[["}) {
            refused(source(bytes(content), ARRAY), "found the end of the file, expected ']'");
        }
        refused(source(bytes("[" + good + ",,"), ARRAY), "record 2: found ',', expected a record");
        refused(source(bytes("[" + good + ",]"), ARRAY), "record 2: found ']', expected a record");
        refused(source(bytes("[" + good + " " + good + "]"), ARRAY), "record 1: not the expected JSON at column ");
        refused(source(bytes("[" + good + "] " + good), ARRAY), "found more text after the array");
        refused(source(bytes("[" + good + ", 7]"), ARRAY), "record 2: found a value that is no object");
        refused(source(bytes("[" + good + ",\n{\n\"text\": tru}]"), ARRAY), "record 2: ", "at its line 2, column ");
        refused(source(bytes("[" + good + ", {\"text\": \"" + "x".repeat(100) + "\"}]"), ARRAY)
                .within(new ReadLimits(100, 200, 10, 200)), "record 2: found more than 100 bytes", "--limit line=N");
        assertEquals(List.of(), texts(source(bytes(" [ ] "), ARRAY)));
        assertEquals(List.of("a", "b]\",{"), texts(source(
                bytes("\u00ef\u00bb\u00bf[\n" + good + ",{\"text\":\"b]\\\",{\"}\n]"), ARRAY)));
        assertEquals(List.of("a", "a"), texts(source(gzip(bytes(good + "\n" + good)), ARRAY)));
    }

    @Test
    void numbersThatPythonWritesAreMetadata() throws IOException {
        DocumentSource source =
                source(bytes("{\"text\":\"a\",\"score\":NaN,\"least\":-Infinity,\"deep\":[Infinity]}"), JSON_LINES);
        try (Stream<CorpusDocument> documents = source.open()) {
            assertEquals(Map.of("score", "NaN", "least", "-Infinity", "deep", "[\"Infinity\"]"),
                    documents.findFirst().orElseThrow().metadata());
        }
        refused(source(bytes("{\"text\":NaN}"), JSON_LINES), "line 1", "'text' that is no string");
    }

    /** What the parser says of its own options, sources and classes helps nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":+1}", "{\"a\"", "{\"a\":tru}", "{'a':1}", "{\"a\":01}", "{\"a\":1}}",
        "{\"a\":\"\\x\"}",
        "{\"a\":1,\"a\":2}", "{\"a\":1,}", "{\"a\":.5}", "{\"a\":/**/1}", "{a:1}", "{\"a\":\"\t\"}"})
    void errorsSpeakOfTheFile(String line) throws IOException {
        String message = assertThrows(InputException.class, () -> texts(source(bytes(line), JSON_LINES))).getMessage();
        assertTrue(message.contains(": line 1: not the expected JSON at column "), message);
        for (String foreign : List.of("`", "ackson", "java", "Feature", "REDACTED", "Exception")) {
            assertTrue(!message.contains(foreign), message);
        }
    }
}
