package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;

/** Records of token ids: in every kind of file the same sequences, and refused where they ask for something else. */
class TokenRecordTest {
    private static final FieldNames FIELDS = FieldNames.DEFAULT;

    /** A record of tokens below 256, some of which are not to be predicted, with padding or without. */
    private static Map<String, Object> tokens(Random random, int padding) {
        int length = 1 + random.nextInt(9);
        List<Integer> ids = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<Integer> mask = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (int t = 0; t < length + padding; t++) {
            boolean kept = t < length;
            ids.add(kept ? random.nextInt(256) : 0);
            labels.add(kept && random.nextInt(3) > 0 ? ids.getLast() : -100);
            mask.add(kept ? 1 : 0);
            positions.add(kept ? t : 1);
        }
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("source", "s" + random.nextInt());
        record.put("input_ids", ids);
        record.put("attention_mask", mask);
        record.put("labels", labels);
        record.put("position_ids", positions);
        return record;
    }

    private static List<Map<String, Object>> records(long seed, int padding) {
        List<Map<String, Object>> records = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            // Padding draws nothing, so that the same seed makes the same tokens.
            records.add(i % 2 == 0
                    ? tokens(new Random(seed + i), padding)
                    : new LinkedHashMap<>(Map.of("id", i, "text", "text " + seed)));
        }
        return records;
    }

    private static List<String> sequences(String content, CorpusFormat format) {
        Path file = null;
        try {
            file = Files.createTempFile("records", ".data");
            Files.writeString(file, content);
            try (PackedSequences sequences = Packing.splitting(4).open(
                    DocumentSource.of(file, format), new ByteTokenizer())) {
                List<String> read = new ArrayList<>();
                sequences.forEachRemaining(one -> read.add(Arrays.toString(one.tokens())
                        + Arrays.toString(one.loss()) + one.fed() + one.parts().getFirst().metadata()));
                return read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    private static String lines(List<Map<String, Object>> records) {
        return records.stream().map(Json::line).collect(Collectors.joining("\n"));
    }

    /** Records in memory, as a reader of another kind of file gives them. */
    private static RecordFile.Opener in(List<Map<String, Object>> records) {
        return (_, _) -> {
            Iterator<Map<String, Object>> left = records.iterator();
            return new RecordFile() {
                @Override
                public Map<String, Object> next() {
                    return left.hasNext() ? left.next() : null;
                }

                @Override
                public void close() {}
            };
        };
    }

    @Property(tries = 50)
    void recordsAreTheSameInEveryKindOfFileAndWithPadding(@ForAll long seed) {
        List<Map<String, Object>> records = records(seed, 0);
        List<String> expected = sequences(lines(records), new CorpusFormat.JsonLines(FIELDS));
        assertEquals(expected, sequences(lines(records), new CorpusFormat.JsonArray(FIELDS)));
        assertEquals(expected, sequences(Json.line(records), new CorpusFormat.JsonArray(FIELDS)));
        assertEquals(expected, sequences(Json.pretty(records), new CorpusFormat.JsonArray(FIELDS)));
        assertEquals(expected, sequences("", new CorpusFormat.Records(FIELDS, in(records))));
        assertEquals(expected, sequences(lines(records(seed, 3)), new CorpusFormat.JsonLines(FIELDS)));
    }

    private static CorpusDocument.Tokens read(String record) {
        return (CorpusDocument.Tokens) new RecordDocuments(FIELDS, Conversations.NONE).document(
                Json.parse(Path.of("f"), record.getBytes(StandardCharsets.UTF_8)), "f:1",
                detail -> new MalformedFileException(Path.of("f"), detail));
    }

    @Test
    void labelsSayWhatIsPredicted() {
        CorpusDocument.Tokens some = read("{\"input_ids\":[5,6,7,0],\"labels\":[-100,-100,7,-100],\"n\":[1],"
                + "\"attention_mask\":[1,1,1,0]}");
        assertArrayEquals(new int[] {5, 6, 7}, some.tokens());
        assertArrayEquals(new boolean[] {false, false, true}, some.predicted());
        assertEquals(Map.of("n", "[1]"), some.metadata());
        assertArrayEquals(new boolean[] {true, true}, read("{\"input_ids\":[5,6]}").predicted());
        assertEquals(0, read("{\"input_ids\":[]}").tokens().length);
    }

    /** A token put after a document is predicted if the document's last token is. */
    @Test
    void anEndTokenBelongsToTheLastToken() {
        Packing packing = new Packing(3, Packing.Mode.TRUNCATE, Packing.NONE, 9, 0, false);
        for (boolean last : new boolean[] {true, false}) {
            CorpusDocument document =
                    new CorpusDocument.Tokens("t", new int[] {1, 2, 3}, new boolean[] {true, true, last}, Map.of());
            try (PackedSequences sequences = packing.open(List.of(document), new ByteTokenizer())) {
                assertArrayEquals(new boolean[] {true, last, last}, sequences.next().loss());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'input_ids':null | input_ids: found null, expected a list of integers",
        "'input_ids':'a' | input_ids: found a string, expected a list of integers",
        "'input_ids':[1,null] | input_ids[1]: found null, expected an integer",
        "'input_ids':[1,2.5] | input_ids[1]: found 2.5, expected an integer",
        "'input_ids':[[1]] | input_ids[0]: found a list, expected an integer",
        "'input_ids':[99999999999] | input_ids[0]: found 99999999999, expected an integer",
        "'input_ids':[1,-2] | input_ids[1]: found -2, expected a token id",
        "'input_ids':[1,2],'attention_mask':[1] | attention_mask: found 1 values, expected 2, as many as input_ids has",
        "'input_ids':[1,2],'attention_mask':[0,1] | attention_mask[1]: found 1, expected no token after padding",
        "'input_ids':[1,2],'attention_mask':[1,2] | attention_mask[1]: found 2, expected 1 for a token, 0 for padding",
        "'input_ids':[1,2],'attention_mask':[1,true] | attention_mask[1]: found true, expected an integer",
        "'input_ids':[1,2],'attention_mask':null | attention_mask: found null, expected a list of integers",
        "'input_ids':[1,2],'labels':[1,2,3] | labels: found 3 values, expected 2, as many as input_ids has",
        "'input_ids':[1,2],'labels':[1,3] | labels[1]: found 3, expected 2, the token there, or -100 for no prediction",
        "'input_ids':[1,2],'labels':[1,-1] | labels[1]: found -1, expected 2, the token there, or -100",
        "'input_ids':[1,2],'labels':[1,null] | labels[1]: found null, expected an integer",
        "'input_ids':[1,0],'labels':[1,0],'attention_mask':[1,0] | labels[1]: found 0, expected -100 where",
        "'input_ids':[1,2],'position_ids':[1,2] | position_ids[0]: found 1, expected 0: a document's positions are",
        "'input_ids':[1],'token_type_ids':[0] | found 'token_type_ids', expected no types of tokens",
        "'input_ids':[1],'text':'a' | found 'input_ids' and 'text', expected one of them",
        "'input_ids':[1],'id':[2] | found an 'id' that is neither string nor integer"
    })
    void anythingElseIsRefused(String fields, String message) {
        String said =
                assertThrows(InputException.class, () -> read("{" + fields.replace('\'', '"') + "}")).getMessage();
        assertEquals("f: " + message, said.substring(0, Math.min(said.length(), message.length() + 3)));
    }

    @Test
    void aTokenOutsideTheVocabularyIsFoundByLineAndColumn() {
        String said = assertThrows(InputException.class, () -> sequences(
                "{\"id\":\"a\",\"input_ids\":[1]}\n{\"id\":\"b\",\"input_ids\":[1,256]}",
                new CorpusFormat.JsonLines(FIELDS))).getMessage();
        assertEquals("document b (F:2), token 1: found id 256, expected 0..255, the tokenizer's vocabulary",
                said.replaceFirst("records\\w+\\.data", "F"));
    }

    @Test
    void severalCorporaAreOneInTheirOrder() throws IOException {
        Path folder = Files.createTempDirectory("joined");
        List<Path> written = new ArrayList<>();
        try {
            for (String name : new String[] {"a/x.jsonl", "b/x.jsonl", "b/y.json"}) {
                Path file = folder.resolve(name);
                Files.createDirectories(file.getParent());
                written.add(Files.writeString(file, name.endsWith("l")
                        ? "{\"text\":\"" + name + "\"}" : "[{\"text\":\"" + name + "\"}]"));
            }
            DocumentSource first = DocumentSource.named(written.get(0).toString(), CorpusFormat::ofName);
            DocumentSource third = DocumentSource.named(written.get(2).toString(), CorpusFormat::ofName);
            DocumentSource second = DocumentSource.named(written.get(1).toString(), CorpusFormat::ofName);
            assertEquals(List.of("b/y.json", "a/x.jsonl"), texts(DocumentSource.joined(List.of(third, first))));
            assertEquals(List.of("y.json:1", "x.jsonl:1"), ids(DocumentSource.joined(List.of(third, first))));
            assertEquals(List.of(written.get(1) + ":1", written.get(0) + ":1"),
                    ids(DocumentSource.joined(List.of(second, first))));
            assertThrows(InputException.class, () -> DocumentSource.joined(List.of(first, first)));
            assertThrows(InputException.class, () -> DocumentSource.joined(List.of()));
        } finally {
            for (Path file : written) {
                Files.delete(file);
            }
            Files.delete(folder.resolve("a"));
            Files.delete(folder.resolve("b"));
            Files.delete(folder);
        }
    }

    private static List<String> texts(DocumentSource source) {
        try (Stream<CorpusDocument> documents = source.open()) {
            return documents.map(CorpusDocument::text).toList();
        }
    }

    private static List<String> ids(DocumentSource source) {
        try (Stream<CorpusDocument> documents = source.open()) {
            return documents.map(CorpusDocument::id).toList();
        }
    }
}
