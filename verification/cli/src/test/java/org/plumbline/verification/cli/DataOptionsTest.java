package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Hashes;
import org.plumbline.io.Json;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.ByteTokenizer;
import tools.jackson.databind.JsonNode;

/** The same documents in every format, tokenizer and packing, through the commands that read them. */
class DataOptionsTest {
    private static final List<String> TEXTS = List.of("the sky is blue", "grass, \"green\" grass", "the sea");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        Gpt2 model = new Gpt2(new Gpt2Config(300, 32, 4, 1, 2, 6, true, 1e-5));
        new PretrainedModel(model, model.initialize(new SplittableRandom(1))).save(folder.resolve("model"));
        new ByteTokenizer().save(folder.resolve("model/tokenizer.json"));
        String lines = String.join("", TEXTS.stream()
                .map(text -> Json.line(Map.of("text", text, "source", "book")) + "\n").toList());
        Files.writeString(folder.resolve("c.jsonl"), lines);
        Files.writeString(folder.resolve("c.json"), lines.replace("\"text\"", "\"body\""));
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve("c.jsonl.gz")))) {
            gzip.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(folder.resolve("c.csv"),
                "n,text\n1,the sky is blue\n2,\"grass, \"\"green\"\" grass\"\n3,the sea\n");
        Files.writeString(folder.resolve("c.tsv"), "text\nthe sky is blue\n\"grass, \"\"green\"\" grass\"\nthe sea\n");
        Files.writeString(folder.resolve("c.txt"), String.join("\n\n", TEXTS));
        Files.createDirectories(folder.resolve("folder/in"));
        for (int i = 0; i < TEXTS.size(); i++) {
            Files.writeString(folder.resolve(i == 0 ? "folder/0.txt" : "folder/in/" + i + ".txt"), TEXTS.get(i));
        }
        ids("c.u16", Short.BYTES);
        ids("c.u32", Integer.BYTES);
    }

    /** The bytes of the documents with token 299 between them. */
    private static void ids(String name, int width) throws IOException {
        byte[] text = String.join("|", TEXTS).getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(text.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (byte b : text) {
            int token = b == '|' ? 255 : b;
            if (width == Short.BYTES) {
                buffer.putShort((short) token);
            } else {
                buffer.putInt(token);
            }
        }
        Files.write(folder.resolve(name), buffer.array());
    }

    private static CommandLineRun run(String command, String... more) {
        return CommandLineRun.of(Stream.concat(Stream.of(command), Arrays.stream(more))
                .map(word -> word.replace("@", folder.toString())).toArray(String[]::new));
    }

    private static JsonNode loss(String data) {
        CommandLineRun run =
                run("loss", ("--model @/model --precision double --engine scalar --json --data " + data).split(" "));
        assertEquals(0, run.status(), run.err());
        return Json.parse(Path.of("output"), run.out().getBytes(StandardCharsets.UTF_8));
    }

    private static String fails(String command, String options) {
        CommandLineRun run = run(command, options.split(" "));
        assertEquals(1, run.status(), run.out());
        return run.err();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "@/c.jsonl.gz", "@/c.csv", "@/c.tsv", "@/c.txt --separator \\n\\n", "@/folder", "@/folder/**", "@/*.jsonl",
        "@/{c,d}.jsonl --format jsonl", "@/c.json --format jsonl --text-field body",
        "@/c.u16 --format uint16 --separator 255", "@/c.u32 --format uint32 --separator 255",
        "@/c.jsonl --tokenizer bytes", "@/c.jsonl --tokenizer @/model", "@/c.jsonl --length 20"
    })
    void everyFormatIsTheSameCorpus(String data) {
        JsonNode expected = loss("@/c.jsonl");
        assertEquals(
                TEXTS.stream().mapToInt(text -> text.length() - 1).sum(), expected.get("lossPositions").intValue());
        // The same numbers in the same order, whatever the padding.
        assertEquals(expected, loss(data));
    }

    @Test
    void tokenIdsWithoutASeparatorAreCutIntoSequences() {
        int tokens = String.join("|", TEXTS).length();
        JsonNode found = loss("@/c.u16 --format uint16 --length 9");
        assertEquals((tokens + 9) / 10, found.get("sequences").intValue());
        assertEquals(tokens - found.get("sequences").intValue(), found.get("lossPositions").intValue());
    }

    @Test
    void tokenIdsNeedNoTokenizer() throws IOException {
        Path bare = Files.createDirectories(folder.resolve("bare"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(folder.resolve("model").resolve(name), bare.resolve(name));
        }
        String ids = " --data @/c.u16 --format uint16 --separator 255";
        assertEquals(run("loss", ("--model @/model" + ids).split(" ")).out(),
                run("loss", ("--model @/bare" + ids).split(" ")).out());
        succeeds("loss", "--model @/bare" + ids);
        succeeds("fit", "--model @/bare --data @/c.u16 --format uint16 --separator 255 --out @/of-ids");
        assertTrue(fails("loss", "--model @/bare --data @/c.jsonl").contains("tokenizer.json: no such file"));
        assertTrue(fails("query", "--model @/bare --data @/c.u16 --format uint16 --separator 255 --factors @/of-ids"
                + " --prompt a --completion b").contains("found text, and no tokenizer to read it with"));
    }

    @Test
    void aTokenizerThatIsNotTheModelsIsTold() throws IOException {
        Path config = Files.writeString(folder.resolve("told.json"), CONFIG.formatted(262));
        ByteLevelBpe.train(List.of("the sea, the sky"), 262).save(folder.resolve("sea.json"));
        ByteLevelBpe.train(List.of("is it so? isn't it?"), 262).save(folder.resolve("so.json"));
        succeeds("train", "--data @/c.jsonl --tokenizer @/sea.json --config " + config + " --out @/told");
        String loss = "--model @/told --data @/c.jsonl";
        assertFalse(run("loss", loss.split(" ")).err().contains("warning"));
        assertFalse(run("loss", (loss + " --tokenizer @/sea.json").split(" ")).err().contains("warning"));
        assertTrue(run("loss", (loss + " --tokenizer @/so.json").split(" ")).err()
                .contains("warning: --tokenizer is not the tokenizer in"));
        Files.copy(folder.resolve("so.json"), folder.resolve("told/tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        assertTrue(run("loss", loss.split(" ")).err().contains("trained with another tokenizer"));
    }

    @Test
    void packingSharesSequencesAndBeginTokensArePredictedFrom() {
        int tokens = TEXTS.stream().mapToInt(String::length).sum();
        JsonNode packed = loss("@/c.jsonl --packing pack --end-token 255 --length 16");
        assertEquals(tokens + TEXTS.size() - 1, packed.get("lossPositions").intValue());
        assertEquals((tokens + TEXTS.size() - 1 + 15) / 16, packed.get("sequences").intValue());
        assertEquals(tokens, loss("@/c.jsonl --begin-token 254").get("lossPositions").intValue());
    }

    @Test
    void packingTakesTheTokenThatEndsTexts() throws IOException {
        Files.createDirectories(folder.resolve("bpe"));
        ByteLevelBpe.train(List.of("ab"), 257).save(folder.resolve("bpe/tokenizer.json"));
        JsonNode named =
                loss("@/c.jsonl --tokenizer @/bpe --packing pack --length 16 --end-token " + ByteLevelBpe.END_OF_TEXT);
        assertEquals(named, loss("@/c.jsonl --tokenizer @/bpe --packing pack --length 16"));
        assertEquals(named, loss("@/c.jsonl --tokenizer @/bpe --packing pack --length 16 --end-token 0"));
        assertTrue(fails("loss", "--model @/model --data @/c.jsonl --packing pack").contains("--end-token"));
    }

    @Test
    void everyCommandTakesTheSameData() {
        Set<String> expected = new TreeSet<>(Set.of("--data", "--format", "--separator", "--text-field",
                "--prompt-field", "--completion-field", "--id-field", "--tokenizer", "--length", "--packing",
                "--begin-token", "--end-token", "--scratch", "--limit", "--special-tokens"));
        for (String command : List.of("train", "fit", "query", "scores", "plan", "loss")) {
            Set<String> found = new TreeSet<>(
                    Main.commandLine().getSubcommands().get(command).getCommandSpec().optionsMap().keySet());
            found.retainAll(expected);
            assertEquals(expected, found, command);
        }
    }

    private static final String CONFIG = """
            {"vocabulary": %d, "context": 24, "width": 4, "layers": 1, "heads": 1, "hidden": 8, "tiedHead": false,
             "steps": 2, "batchSize": 2, "rate": 0.01, "weightDecay": 0.01, "precision": "single", "seed": 1}
            """;

    private static void succeeds(String command, String options) {
        CommandLineRun run = run(command, options.split(" "));
        assertEquals(0, run.status(), run.err());
    }

    /**
     * Prompts are read and bear no loss, padding is neither, from the file to the scores: any padding gives the same.
     */
    @Test
    void promptsAndPaddingAreMaskedAllTheWay() throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), """
                {"id": "p", "prompt": "the sky is ", "completion": "blue", "source": "web"}
                {"prompt": "the sea is ", "completion": "green and blue"}
                {"text": "no prompt"}
                """);
        Files.writeString(folder.resolve("queries.jsonl"), "{\"prompt\": \"the sky is \", \"completion\": \"blue\"}\n");
        assertEquals(4 + 14 + 8, loss("@/prompts.jsonl").get("lossPositions").intValue());
        double[][] scores = new double[2][];
        for (int length : new int[] {25, 31}) {
            String same = "--model @/model --data @/prompts.jsonl --precision double --length " + length;
            succeeds("fit", same + " --out @/factors" + length);
            succeeds("scores", same + " --factors @/factors" + length
                    + " --queries @/queries.jsonl --out @/scores" + length);
            scores[length == 25 ? 0 : 1] = ScoreStore.load(folder.resolve("scores" + length))[0];
            succeeds("query", same + " --factors @/factors" + length
                    + " --prompt sky --completion blue --out @/answer" + length);
        }
        double largest = Arrays.stream(scores[0]).map(Math::abs).max().orElseThrow();
        // Sums over 31 terms in another order, through factors, eigenvectors and an inverse of condition about 1e4.
        assertArrayEquals(scores[0], scores[1], 1e-8 * largest);
        InfluenceReport report = Json.read(folder.resolve("answer31/report.json"), InfluenceReport.class);
        InfluenceReport.Ranked named = Stream.concat(report.positive().stream(), report.negative().stream())
                .filter(entry -> entry.documents().getFirst().document().equals("p")).findFirst().orElseThrow();
        assertEquals(Map.of("source", "web"), named.documents().getFirst().metadata());
    }

    @Test
    void manifestsSayWhichTokenizerAndWhichPacking() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), CONFIG.formatted(300));
        ByteLevelBpe.train(List.of("the sea, the sky"), 262).save(folder.resolve("own.json"));
        String hash = Hashes.sha256(folder.resolve("own.json"));
        succeeds("train", "--data @/c.jsonl --tokenizer @/own.json --packing pack --config " + config
                + " --out @/trained");
        assertEquals(hash, Hashes.sha256(folder.resolve("trained/tokenizer.json")));
        JsonNode training = Json.read(folder.resolve("trained/training.json"));
        assertEquals(hash, training.get("tokenizer").stringValue());
        assertEquals(
                "Packing[length=24, mode=PACK, beginToken=-1, endToken=0, paddingToken=0, lossAcrossDocuments=true]",
                training.get("packing").stringValue());
        assertEquals(300, Json.read(folder.resolve("trained/config.json")).get("vocab_size").intValue());
        succeeds("fit", "--model @/trained --data @/c.jsonl --packing pack --out @/packed");
        JsonNode identity = Json.read(folder.resolve("packed/manifest.json")).get("identity");
        assertEquals(hash, identity.get("tokenizer").stringValue());
        assertEquals(training.get("data"), identity.get("data"));
        assertEquals(training.get("packing"), identity.get("packing"));
        // Packed otherwise they are other sequences, which nothing was fitted on.
        CommandLineRun other = run("query",
                "--model @/trained --data @/c.jsonl --factors @/packed --prompt a --completion b".split(" "));
        assertEquals(0, other.status(), other.err());
        assertTrue(other.out().contains("not in the training data"), other.out());
    }

    @Test
    void gpt2sPairOfFilesIsATokenizerToo() throws IOException {
        Path pair = Files.createDirectories(folder.resolve("pair"));
        Path one = folder.resolve("one.json");
        ByteLevelBpe learned = ByteLevelBpe.train(List.of("the sea, the sky"), 262);
        learned.save(one);
        JsonNode model = Json.read(one).get("model");
        Files.writeString(pair.resolve("vocab.json"), model.get("vocab").toString());
        Files.writeString(pair.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n",
                model.get("merges").valueStream().map(JsonNode::stringValue).toList()) + "\n");
        assertEquals(loss("@/c.jsonl --tokenizer @/one.json"), loss("@/c.jsonl --tokenizer @/pair"));
        Path config = Files.writeString(folder.resolve("pair.json"), CONFIG.formatted(262));
        succeeds("train", "--data @/c.jsonl --tokenizer @/pair --config " + config + " --out @/paired");
        assertTrue(fails("train", "--data @/c.jsonl --tokenizer @/one.json --config " + config + " --out @/paired")
                .contains("belongs to another run: tokenizer is "));
        assertEquals(Hashes.sha256(List.of(pair.resolve("vocab.json"), pair.resolve("merges.txt"))),
                Json.read(folder.resolve("paired/training.json")).get("tokenizer").stringValue());
        assertEquals(learned.tokenizer().vocabularySize(), Json.parse(
                        Path.of("output"), run("inspect", "--json", "@/paired").out().getBytes(StandardCharsets.UTF_8))
                .get("tokenizer").intValue());
    }

    @Test
    void inspectionChecksTheTokenizer() throws IOException {
        Path folderOfModel = Files.createDirectories(folder.resolve("small"));
        Gpt2 model = new Gpt2(new Gpt2Config(255, 8, 4, 1, 1, 4, true, 1e-5));
        new PretrainedModel(model, model.initialize(new SplittableRandom(1))).save(folderOfModel);
        assertTrue(run("inspect", "@/small").out().contains("none in the folder"));
        new ByteTokenizer().save(folderOfModel.resolve("tokenizer.json"));
        assertTrue(fails("inspect", "@/small").contains("expected at most 255, the vocabulary of the model"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "loss", "plan"})
    void aTokenizerWithMoreIdsThanTheModelIsRefused(String command) {
        String text = "whether it is nobler in the mind to suffer the slings and arrows of outrageous fortune";
        ByteLevelBpe.train(List.of(text, text), 320).save(folder.resolve("large.json"));
        String out = command.equals("fit") ? " --out @/none" : "";
        assertTrue(fails(command, "--model @/model --data @/c.jsonl --tokenizer @/large.json" + out)
                .contains("expected at most 300, the vocabulary of the model"));
    }

    @Test
    void whatCannotBeReadIsSaid() throws IOException {
        Path config = Files.writeString(folder.resolve("small.json"), CONFIG.formatted(256));
        assertTrue(fails("train", "--data @/c.u16 --format uint16 --config " + config
                        + " --out @/x --tokenizer @/own2.json")
                .contains("own2.json"));
        Files.writeString(folder.resolve("bytes.json"), CONFIG.formatted(300));
        assertTrue(fails("train", "--data @/c.u16 --format uint16 --config @/bytes.json --out @/y")
                .contains("--tokenizer"));
        assertTrue(fails("loss", "--model @/model --data @/c.u16").contains("or a format"));
        assertTrue(fails("loss", "--model @/model --data @/c.txt --length 33").contains("expected at most 32"));
        assertTrue(fails("loss", "--model @/model --data @/*.none").contains("no file that matches '*.none'"));
        Files.delete(folder.resolve("small.json"));
    }
}
