package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.io.InputException;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.FieldNames;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;

/** Parquet files that pyarrow 25.0.1 wrote, from the same records as the JSON Lines beside them. */
class ParquetRecordsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/org/plumbline/verification/cli/records");
    private static final CorpusFormat PARQUET =
            new CorpusFormat.Records(FieldNames.DEFAULT, ParquetRecords::open);

    @TempDir
    private static Path folder;

    /** Tokens, masks and metadata, and the ids of their documents. */
    private static List<String> sequences(DocumentSource source) {
        try (PackedSequences sequences = Packing.splitting(3).open(source, new ByteTokenizer())) {
            List<String> read = new ArrayList<>();
            sequences.forEachRemaining(one -> read.add(Arrays.toString(one.tokens()) + Arrays.toString(one.loss())
                    + one.fed() + one.parts().getFirst().documentId() + one.parts().getFirst().place().line()
                    + one.parts().getFirst().metadata()));
            return read;
        }
    }

    private static List<String> sequences(byte[] content) throws IOException {
        return sequences(DocumentSource.of(Files.write(folder.resolve("damaged.parquet"), content), PARQUET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "none"})
    void itReadsWhatStandsInTheJsonLines(String codec) {
        List<String> expected = sequences(
                DocumentSource.of(GOLDEN.resolve("tokens.jsonl"), new CorpusFormat.JsonLines(FieldNames.DEFAULT)));
        assertTrue(expected.size() > 40);
        assertEquals(expected, sequences(DocumentSource.of(GOLDEN.resolve("tokens-" + codec + ".parquet"), PARQUET)));
    }

    @Test
    void everyTypeIsMetadataAsJsonHasIt() {
        try (Stream<CorpusDocument> documents = DocumentSource.of(GOLDEN.resolve("types.parquet"), PARQUET).open()) {
            Map<String, String> metadata = documents.findFirst().orElseThrow().metadata();
            assertEquals(Map.of("day", "2020-02-03", "at", "2020-02-03T04:05:06", "d", "1.50", "f", "1.5", "u8", "200",
                    "u64", "9223372036854775809", "m", "{\"k\":1}", "dic", "q"), metadata);
        }
    }

    /** A page with a checksum says so of every changed byte; none ends the corpus early without a word. */
    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(GOLDEN.resolve("tokens-none.parquet"));
        List<String> expected = sequences(whole);
        for (int length : new int[] {0, 3, 4, 12, whole.length / 2, whole.length - 9, whole.length - 1}) {
            assertThrows(InputException.class, () -> sequences(Arrays.copyOf(whole, length)), length + " bytes");
        }
        SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(4, whole.length - 8)] ^= (byte) (1 + random.nextInt(255));
            try {
                assertEquals(expected.size(), sequences(damaged).size());
            } catch (InputException e) {
                assertTrue(e.getMessage().contains("damaged.parquet: "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 20, refused + " refused");
    }

    @Test
    void theCommandReadsItByItsNameAndBesideOtherFiles() throws IOException {
        Gpt2 model = new Gpt2(new Gpt2Config(256, 16, 4, 1, 1, 4, true, 1e-5));
        new PretrainedModel(model, model.initialize(new SplittableRandom(1))).save(folder.resolve("model"));
        new ByteTokenizer().save(folder.resolve("model/tokenizer.json"));
        String lines = loss("--data", GOLDEN.resolve("tokens.jsonl").toString());
        assertEquals(lines, loss("--data", GOLDEN.resolve("tokens-snappy.parquet").toString()));
        assertTrue(loss("--data", GOLDEN.resolve("tokens.jsonl").toString(),
                "--data", GOLDEN.resolve("texts.parquet").toString()).contains("\"documents\" : 49"));
    }

    private static String loss(String... data) {
        List<String> line = new ArrayList<>(List.of("loss", "--model", folder.resolve("model").toString(), "--json"));
        line.addAll(List.of(data));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return run.out();
    }
}
