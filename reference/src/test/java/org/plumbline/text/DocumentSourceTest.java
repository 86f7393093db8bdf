package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;

class DocumentSourceTest {

    private static final CorpusFormat JSON_LINES = new CorpusFormat.JsonLines(FieldNames.DEFAULT);
    private static final CorpusFormat CSV = new CorpusFormat.Table(',', FieldNames.DEFAULT);

    @TempDir
    Path folder;

    private static List<CorpusDocument> read(DocumentSource source) {
        try (Stream<CorpusDocument> documents = source.open()) {
            return documents.toList();
        }
    }

    private List<CorpusDocument> read(String name, String content, CorpusFormat format) throws IOException {
        return read(DocumentSource.of(Files.writeString(folder.resolve(name), content), format));
    }

    private void refuses(String expected, CorpusFormat format, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("f"), content);
        DocumentSource source = DocumentSource.of(file, format);
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> read(source));
        assertEquals(file + ": " + expected, e.getMessage());
    }

    private void refuses(String expected, CorpusFormat format, String content) throws IOException {
        refuses(expected, format, content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void jsonLinesKeepIdsAndMetadata() throws IOException {
        List<CorpusDocument> documents = read("a.jsonl", """
                \ufeff{"text":"one\\nline","source":"web","year":2001,"tags":["x"]}

                {"id":"q7","prompt":"2+2=","completion":"4"}
                {"id":12,"text":""}""", JSON_LINES);
        assertEquals(List.of(
                new CorpusDocument.Plain("a.jsonl:1", "one\nline",
                        Map.of("source", "web", "year", "2001", "tags", "[\"x\"]")),
                new CorpusDocument.Completion("q7", "2+2=", "4", Map.of()),
                new CorpusDocument.Plain("12", "", Map.of())), documents);
        assertEquals(List.of("source", "year", "tags"), List.copyOf(documents.getFirst().metadata().keySet()));
        assertEquals("2+2=4", documents.get(1).text());
        FieldNames other = new FieldNames("body", "q", "a", "key");
        assertEquals(List.of(new CorpusDocument.Completion("k", "x", "y", Map.of("text", "z"))),
                read("b", "{\"q\":\"x\",\"a\":\"y\",\"text\":\"z\",\"key\":\"k\"}", new CorpusFormat.JsonLines(other)));
    }

    @Test
    void brokenJsonLinesAreNamed() throws IOException {
        String good = "{\"text\":\"a\"}\n";
        refuses("line 2: found no 'text', no 'prompt', no 'completion', expected 'text', or 'prompt' and 'completion'",
                JSON_LINES, good + "{\"txt\":\"b\"}");
        refuses("line 2: found no 'text', a 'prompt', no 'completion', expected 'text', or 'prompt' and 'completion'",
                JSON_LINES, good + "{\"prompt\":\"b\"}");
        refuses("line 1: found a 'text', a 'prompt', a 'completion', expected 'text', or 'prompt' and 'completion'",
                JSON_LINES, "{\"prompt\":\"b\",\"completion\":\"c\",\"text\":\"d\"}");
        refuses("line 1: found a 'text' that is no string", JSON_LINES, "{\"text\":1}");
        refuses("line 1: found a value that is no object, expected an object with 'text', or 'prompt' and 'completion'",
                JSON_LINES, "7");
        refuses("line 1: found an unpaired surrogate, expected text that has a UTF-8 form", JSON_LINES,
                "{\"text\":\"\\ud800\"}");
        refuses("line 1: found an 'id' that is neither string nor integer", JSON_LINES, "{\"id\":[],\"text\":\"\"}");
        for (String broken : new String[] {
            "{\"text\":", "{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a\"} x", "{\"a\":" + "[".repeat(200),
            "{\"text\":\"\u0001\"}"
        }) {
            Path file = Files.writeString(folder.resolve("f"), good + "\n" + broken);
            MalformedFileException e =
                    assertThrows(MalformedFileException.class, () -> read(DocumentSource.of(file, JSON_LINES)));
            assertTrue(e.getMessage().startsWith(file + ": line 3: not the expected JSON"), e.getMessage());
            assertTrue(!e.getMessage().contains("line 1"), e.getMessage());
        }
    }

    @Test
    void textWithASeparator() throws IOException {
        String text = "one\ntwo<|end|>\nthree<|end|> \n<|end|>four <|en\nd|>";
        assertEquals(List.of(
                new CorpusDocument.Plain("t:1", "one\ntwo", Map.of()),
                new CorpusDocument.Plain("t:2", "\nthree", Map.of()),
                new CorpusDocument.Plain("t:4", "four <|en\nd|>", Map.of())),
                read("t", text, new CorpusFormat.PlainText("<|end|>")));
        assertEquals(List.of("a\nb", "c\n"),
                read("u", "\n\na\nb\n\n\n\nc\n", new CorpusFormat.PlainText("\n\n"))
                        .stream().map(CorpusDocument::text).toList());
        assertEquals(List.of(new CorpusDocument.Plain("v:1", "a\n\nb", Map.of())),
                read("v", "a\n\nb", new CorpusFormat.PlainText("")));
        assertEquals(List.of(), read("w", "\n \n", new CorpusFormat.PlainText("")));
        refuses("line 2: found byte 0xff at byte 1 of the line, expected UTF-8 text", new CorpusFormat.PlainText(""),
                new byte[] {'a', '\n', 'b', (byte) 0xff, 'c'});
    }

    @Test
    void tables() throws IOException {
        String table = "id,text,note\r\n1,plain,x\r\n\r\n,\"quoted \"\"text\"\",\nover\r\nlines\",\r\n3,,\"\"";
        assertEquals(List.of(
                new CorpusDocument.Plain("1", "plain", Map.of("note", "x")),
                new CorpusDocument.Plain("c.csv:4", "quoted \"text\",\nover\r\nlines", Map.of("note", "")),
                new CorpusDocument.Plain("3", "", Map.of("note", ""))),
                read("c.csv", table, CSV));
        assertEquals(List.of(new CorpusDocument.Completion("d.tsv:2", "a,b", "c d", Map.of())),
                read("d.tsv", "prompt\tcompletion\na,b\tc d\n", new CorpusFormat.Table('\t', FieldNames.DEFAULT)));
    }

    @Test
    void brokenTablesAreNamed() throws IOException {
        refuses("line 3: found a quotation mark that nothing closes", CSV, "text\na\n\"b\nc\nd\n");
        refuses("line 2: found text after a closing quotation mark, expected the delimiter", CSV, "text\n\"a\"b\n");
        refuses("line 2: found a quotation mark inside a value, expected the value between quotation marks", CSV,
                "text\na\"b\"\n");
        refuses("line 2: found 2 values, expected 1 as in the header", CSV, "text\na,b\n");
        refuses("line 1: found a column name twice, expected different names", CSV, "text,text\n");
        refuses("line 1: found the columns [a, b], expected 'text', or 'prompt' and 'completion'", CSV, "a,b\n");
        refuses("line 1: found nothing, expected a header with 'text', or 'prompt' and 'completion'", CSV, "");
        refuses("line 2: found byte 0xc3 at byte 0 of the line, expected UTF-8 text", CSV,
                new byte[] {'t', 'e', 'x', 't', '\n', (byte) 0xc3});
        assertThrows(InputException.class, () -> new CorpusFormat.Table('"', FieldNames.DEFAULT));
        assertThrows(InputException.class, () -> new FieldNames("a", "b", "a", "c"));
    }

    @Test
    void tokenFiles() throws IOException {
        byte[] narrow = {1, 0, (byte) 0xff, 0x7f, 0, 0, 0, 0, 3, 2, 0, 0};
        Path file = Files.write(folder.resolve("train.bin"), narrow);
        List<CorpusDocument> separated = read(DocumentSource.of(file, new CorpusFormat.TokenIds(2, 0, 0)));
        assertEquals(List.of("train.bin:0", "train.bin:4"), separated.stream().map(CorpusDocument::id).toList());
        assertArrayEquals(new int[] {1, 0x7fff}, ((CorpusDocument.Tokens) separated.get(0)).tokens());
        assertArrayEquals(new int[] {0x203}, ((CorpusDocument.Tokens) separated.get(1)).tokens());
        List<CorpusDocument> windows = read(DocumentSource.of(file, new CorpusFormat.TokenIds(4, -1, 2)));
        assertArrayEquals(new int[] {0x203}, ((CorpusDocument.Tokens) windows.get(1)).tokens());
        assertEquals("train.bin:2", windows.get(1).id());
    }

    @Test
    void brokenTokenFilesAreNamed() throws IOException {
        CorpusFormat narrow = new CorpusFormat.TokenIds(2, 0, 0);
        refuses("found 1 bytes after the last token, expected tokens of 2 bytes", narrow, new byte[] {1, 2, 3});
        refuses("found a NumPy header, expected token ids without a header", narrow,
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        refuses("token 1: found id 4294967295, expected at most 2147483647; are tokens of 2 bytes?",
                new CorpusFormat.TokenIds(4, -1, 8), new byte[] {1, 0, 0, 0, -1, -1, -1, -1});
        assertThrows(InputException.class, () -> new CorpusFormat.TokenIds(3, 0, 0));
        assertThrows(InputException.class, () -> new CorpusFormat.TokenIds(2, 0, 5));
        assertThrows(InputException.class, () -> new CorpusFormat.TokenIds(2, -1, 0));
    }

    @Test
    void foldersAreReadInTheOrderOfTheirNamesAsOftenAsAskedFor() throws IOException {
        Files.createDirectories(folder.resolve("b/.hidden"));
        Files.write(folder.resolve("b/2.jsonl.gz"), gzip("{\"text\":\"second\"}\n".getBytes(StandardCharsets.UTF_8)));
        Files.writeString(folder.resolve("c.jsonl"), "{\"text\":\"third\"}");
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"first\"}");
        Files.writeString(folder.resolve("b/.hidden/x.jsonl"), "no JSON");
        Files.writeString(folder.resolve(".d.jsonl"), "no JSON");
        DocumentSource source = DocumentSource.of(folder, JSON_LINES);
        List<String> ids = List.of("a.jsonl:1", "b/2.jsonl.gz:1", "c.jsonl:1");
        for (int pass = 0; pass < 2; pass++) {
            assertEquals(ids, read(source).stream().map(CorpusDocument::id).toList());
        }
        List<String> texts = new ArrayList<>();
        source.texts().forEach(texts::add);
        assertEquals(List.of("first", "second", "third"), texts);
        assertEquals(1, DocumentSource.matching(folder, "**/*.gz", JSON_LINES).files().size());
        for (String glob : new String[] {"*.csv", "["}) {
            assertThrows(InputException.class, () -> DocumentSource.matching(folder, glob, JSON_LINES));
        }
        assertThrows(InputException.class, () -> DocumentSource.matching(folder.resolve("a.jsonl"), "*", JSON_LINES));
        assertThrows(InputException.class, () -> DocumentSource.of(folder.resolve("none"), JSON_LINES));
    }

    @Test
    void brokenCompressionIsNamed() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append(Json.line(Map.of("text", "document " + i * 7919L % 65_537))).append('\n');
        }
        byte[] whole = gzip(lines.toString().getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(folder.resolve("f.gz"), Arrays.copyOf(whole, whole.length / 2));
        MalformedFileException truncated =
                assertThrows(MalformedFileException.class, () -> read(DocumentSource.of(file, JSON_LINES)));
        assertTrue(truncated.getMessage().matches(
                Pattern.quote(file.toString()) + ": line \\d{4,5}: the gzip stream is broken: .*"),
                truncated.getMessage());
        Files.writeString(file, "plain");
        assertThrows(MalformedFileException.class, () -> read(DocumentSource.of(file, JSON_LINES)));
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 9});
        assertThrows(MalformedFileException.class, () -> read(DocumentSource.of(file, JSON_LINES)));
    }

    @Test
    void placesAreFilesFoldersOrPatterns() throws IOException {
        Files.createDirectories(folder.resolve("deep/er"));
        for (String name : List.of("a.txt", "b.txt", "deep/c.txt", "deep/er/d.txt", "deep/er/[x].txt")) {
            Files.writeString(folder.resolve(name), name);
        }
        Map<String, List<String>> expected = Map.of(
                "/a.txt", List.of("a.txt"),
                "", List.of("a.txt", "b.txt", "deep/c.txt", "deep/er/[x].txt", "deep/er/d.txt"),
                "/*.txt", List.of("a.txt", "b.txt"),
                "/[b-z].txt", List.of("b.txt"),
                "/{a,z}.txt", List.of("a.txt"),
                "/deep/**", List.of("deep/c.txt", "deep/er/[x].txt", "deep/er/d.txt"),
                "/deep/*/?.txt", List.of("deep/er/d.txt"),
                "/deep/er/[x].txt", List.of("deep/er/[x].txt"));
        expected.forEach((place, texts) -> assertEquals(
                texts,
                read(DocumentSource.named(folder + place, CorpusFormat::ofName))
                        .stream().map(CorpusDocument::text).toList(),
                place));
        for (String place : List.of("/none.txt", "/*.csv", "/none/*.txt", "/[")) {
            assertThrows(InputException.class, () -> DocumentSource.named(folder + place, CorpusFormat::ofName), place);
        }
        List<Path> first = new ArrayList<>();
        DocumentSource.named(folder + "/*.txt", file -> {
            first.add(file);
            return CorpusFormat.ofName(file);
        });
        assertEquals(List.of(folder.resolve("a.txt")), first);
    }

    @Test
    void namesTellFormats() {
        assertEquals(JSON_LINES, CorpusFormat.ofName(Path.of("x", "a.JSONL.gz")));
        assertEquals(CSV, CorpusFormat.ofName(Path.of("a.csv")));
        assertEquals(new CorpusFormat.PlainText(""), CorpusFormat.ofName(Path.of("a.txt")));
        assertThrows(InputException.class, () -> CorpusFormat.ofName(Path.of("a.bin")));
    }
}
