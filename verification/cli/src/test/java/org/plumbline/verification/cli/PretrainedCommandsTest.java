package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.train.Evaluation;
import tools.jackson.databind.JsonNode;

/** {@code inspect} and {@code loss} on a tiny model that reads bytes. */
class PretrainedCommandsTest {
    private static final String SHORT = "to be";
    private static final String LONG = "or not to be";
    private static final int LENGTH = 8;

    @TempDir
    private Path folder;

    private PretrainedModel pretrained;

    @BeforeEach
    void save() {
        Gpt2 model = new Gpt2(new Gpt2Config(256, 16, 4, 1, 2, 6, true, 1e-5));
        pretrained = new PretrainedModel(model, model.initialize(new SplittableRandom(1)));
        pretrained.save(folder.resolve("model"));
    }

    private CommandLineRun run(String... arguments) {
        return CommandLineRun.of(arguments);
    }

    private CommandLineRun loss(Path data, String... more) {
        String[] arguments = {"loss", "--model", folder.resolve("model").toString(), "--data", data.toString(),
            "--tokenizer", "bytes", "--length", Integer.toString(LENGTH), "--precision", "double",
            "--engine", "scalar"};
        String[] all = Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
        return run(all);
    }

    private Path documents() throws IOException {
        return Files.writeString(
                folder.resolve("texts.jsonl"), "{\"text\": \"" + SHORT + "\"}\n{\"text\": \"" + LONG + "\"}\n");
    }

    private static JsonNode json(CommandLineRun run) {
        assertEquals(0, run.status(), run.err());
        return Json.parse(Path.of("output"), run.out().getBytes(StandardCharsets.UTF_8));
    }

    private static int[] bytes(String text) {
        return text.chars().toArray();
    }

    /** A document of 12 bytes makes a sequence of 8 positions and one of 3, which begins with the ninth byte. */
    @Test
    void lossIsThatOfItsSequences() throws IOException {
        List<Example> examples = List.of(Example.ofTokens(bytes(SHORT)), Example.ofTokens(bytes(LONG.substring(0, 9))),
                Example.ofTokens(bytes(LONG.substring(8))));
        double expected = new Evaluation(pretrained.model(), examples, LoweredEngine.scalar(), Precision.DOUBLE, 1,
                Workers.serial()).meanLoss(pretrained.parameters());
        JsonNode found = json(loss(documents(), "--json"));
        assertEquals(2, found.get("documents").intValue());
        assertEquals(3, found.get("sequences").intValue());
        assertEquals(4 + 8 + 3, found.get("lossPositions").intValue());
        // Padding to another common length adds zeros: the order of the sums is the same.
        assertEquals(expected, found.get("meanLoss").doubleValue(), 1e-12 * expected);
        assertEquals(Math.exp(expected), found.get("perplexity").doubleValue(), 1e-11 * Math.exp(expected));
    }

    @Test
    void longDocumentsMayBeCutOffAndPromptsBearNoLoss() throws IOException {
        assertEquals(4 + 8, json(loss(documents(), "--json", "--packing", "truncate")).get("lossPositions").intValue());
        Path completions =
                Files.writeString(folder.resolve("c.jsonl"), "{\"question\": \"ab\", \"answer\": \"cde\"}\n");
        assertEquals(3, json(loss(completions, "--json", "--prompt-field", "question", "--completion-field", "answer"))
                .get("lossPositions").intValue());
        assertEquals(1, json(loss(documents(), "--json", "--sequences", "1")).get("sequences").intValue());
    }

    @Test
    void tablesAreForReaders() throws IOException {
        CommandLineRun loss = loss(documents());
        assertTrue(loss.out().contains("perplexity") && loss.out().contains("15"), loss.out());
        CommandLineRun inspect = run("inspect", folder.resolve("model").toString());
        assertEquals(0, inspect.status(), inspect.err());
        assertTrue(
                inspect.out().contains("GPT-2") && inspect.out().contains("transformer.h.0.mlp.c_fc"), inspect.out());
    }

    /** {@code c_fc} is {@code [6, 4 + 1]}, {@code c_proj} {@code [4, 6 + 1]}: counted by hand. */
    @Test
    void inspectionCountsParametersAndFactors() {
        JsonNode found = json(run("inspect", "--json", folder.resolve("model").toString()));
        assertEquals(pretrained.model().space().size(), found.get("parameters").longValue());
        assertTrue(found.get("tiedHead").booleanValue());
        JsonNode mlp = found.get("mlp");
        assertEquals(2, mlp.get("layers").intValue());
        assertEquals(30 + 28, mlp.get("parameters").intValue());
        assertEquals(8 * (6 * 6 + 5 * 5 + 4 * 4 + 7 * 7), mlp.get("factorBytes").intValue());
        assertEquals(8 * (6 * 6 + 5 * 5 + 4 * 4 + 7 * 7 + 30 + 28), mlp.get("ekfacBytes").intValue());
        assertEquals(8 * (30 * 30 + 28 * 28), mlp.get("denseBytes").intValue());
        assertEquals(4, found.get("layers").size());
        assertEquals("attention", found.get("layers").get(0).get("role").stringValue());
    }

    @ParameterizedTest
    @CsvSource({
        "--length, 17, context", "--length, 0, length", "--precision, half, precision", "--sequences, 0, sequences",
        "--packing, wrap, packing", "--format, xml, xml", "--separator, \\q, separator",
        "--end-token, <end>, end-token", "--begin-token, 256, 256", "--tokenizer, nowhere, nowhere",
        "--model, nowhere, nowhere", "--data, nowhere.jsonl, nowhere", "--text-field, body, body"
    })
    void badOptionsAreOneLine(String option, String value, String named) throws IOException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("--model", folder.resolve("model").toString(),
                "--data", documents().toString(), "--tokenizer", "bytes", "--engine", "scalar"));
        options.put(option, value);
        CommandLineRun run = run(Stream.concat(
                        Stream.of("loss"),
                        options.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue())))
                .toArray(String[]::new));
        assertEquals(1, run.status(), run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(named), run.err());
    }

    @Test
    void aTokenizerWithMoreTokensThanTheModelIsRefused() throws IOException {
        Gpt2 model = new Gpt2(new Gpt2Config(255, 16, 4, 1, 2, 6, true, 1e-5));
        new PretrainedModel(model, model.initialize(new SplittableRandom(1))).save(folder.resolve("smaller"));
        CommandLineRun run = run("loss", "--model", folder.resolve("smaller").toString(),
                "--data", documents().toString(), "--tokenizer", "bytes");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("256") && run.err().contains("255"), run.err());
    }

    @Test
    void aTextWithNothingToPredictIsRefused() throws IOException {
        CommandLineRun run = loss(Files.writeString(folder.resolve("one.txt"), "x"));
        assertEquals(1, run.status());
        assertTrue(run.err().contains("nothing") || run.err().contains("no token to predict"), run.err());
    }

    @Test
    void inspectionNamesWhatIsMissing() throws IOException {
        Files.delete(folder.resolve("model").resolve("model.safetensors"));
        CommandLineRun run = run("inspect", folder.resolve("model").toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains("model.safetensors"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "loss"})
    void helpHasAnExample(String command) {
        CommandLineRun run = run(command, "--help");
        assertEquals(0, run.status());
        assertTrue(run.out().contains("Example"), run.out());
    }
}
