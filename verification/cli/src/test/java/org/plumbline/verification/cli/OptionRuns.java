package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Hashes;
import org.plumbline.io.Json;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.ByteTokenizer;
import tools.jackson.databind.JsonNode;

/**
 * Small models, data and factors in a folder, and runs of commands on them.
 *
 * <p>A command line is written as one text: {@code @} stands for the folder of models and data, and {@code #} for a
 * folder of the run's own. Of an option that stands there twice, the later value counts.
 */
final class OptionRuns {
    private static final int CONTEXT = 24;

    /** Results that differ by rounding alone: single precision, sums of some thousand terms, a damped inverse. */
    private static final double ROUNDING = 1e-3;

    static final String FIT = "fit --model @/model --data @/c.jsonl --out #";
    static final String QUERY = "query --model @/model --data @/c.jsonl --factors @/ekfac --prompt the"
            + " --completion sky --json";
    static final String SCORES = "scores --model @/model --data @/c.jsonl --factors @/ekfac"
            + " --queries @/queries.jsonl --out #";
    static final String PLAN = "plan --model @/model --data @/c.jsonl --strategy identity --queries 2";
    static final String LOSS = "loss --model @/model --data @/c.jsonl --json";
    static final String GENERATE = "generate --model @/model --prompt the --max-tokens 6 --json";
    static final String TRAIN = "train --data @/c.jsonl --tokenizer bytes --config @/config.json --out #";
    static final String VERIFY = "verify --quick --width 2 --heads 1 --hidden 2 --sequences 16 --queries 8"
            + " --steps 2 --context 4 --vocabulary 8 --batch 4 --text @/t.txt --out #";
    static final String REPORT = "report --scores @/scored --out #.html";
    /** Ends by itself. */
    static final String SERVE = "serve --model @/model --data @/c.jsonl --factors @/ekfac --idle 0.01";
    static final String VECTORS = "vectors --out #";

    private final Path folder;
    private final Map<String, Run> runs = new HashMap<>();

    /** A run, and the folder that it had for itself. */
    record Run(CommandLineRun command, Path own) {
        Run succeeded() {
            assertEquals(0, command.status(), command.err());
            return this;
        }

        /** What it printed, without numbers of seconds and without the name of its folder. */
        String printed() {
            return command.out().replace(own.toString(), "#").replaceAll(" +\\d+\\.\\d s(?=\n)", "");
        }

        String error() {
            return command.err().lines().filter(line -> line.startsWith("plumbline: ")).findFirst().orElse("");
        }

        JsonNode json() {
            return Json.parse(Path.of("output"), succeeded().command.out().getBytes(StandardCharsets.UTF_8));
        }

        JsonNode manifest() {
            return Json.read(succeeded().own.resolve("manifest.json"));
        }

        String identity(String name) {
            JsonNode value = manifest().get("identity").get(name);
            return value == null ? "none" : value.asString();
        }

        JsonNode report() {
            return Json.read(succeeded().own.resolve("report.json"));
        }

        /** Digest of a file that it wrote. */
        String hash(String name) {
            return Hashes.sha256(succeeded().own.resolve(name));
        }

        /** Tensors of a file that it wrote, one after the other. */
        double[] tensors(String name) {
            try (SafetensorsFile file = SafetensorsFile.open(succeeded().own.resolve(name))) {
                return file.names().stream().sorted().flatMapToDouble(tensor -> Arrays.stream(file.doubles(tensor)))
                        .toArray();
            }
        }

        boolean wrote(String name) {
            return Files.exists(own.resolve(name));
        }

        double[][] scores() {
            succeeded();
            return ScoreStore.load(own);
        }
    }

    /** Writes models and data into the folder, and fits factors by each strategy. */
    OptionRuns(Path folder) throws IOException {
        this.folder = folder;
        model("model", 1);
        model("other", 2);
        adapter();
        // Of as many tokens as fill a sequence, of one more, of more than two sequences, and short ones.
        List<String> texts = List.of("the sky is blue and wide", "the sky is blue and wide.",
                "a river runs past the old town, over the stone bridge and down to the sea", "the sea", "stone bridge",
                "the sky is grey", "old town", "the mill by the river", "blue hills", "the sky over the sea",
                "green and blue", "a town", "the bridge");
        ByteLevelBpe.train(texts, 290).save(folder.resolve("bpe.json"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", "d" + i);
            line.put("name", "n" + i);
            line.put("text", texts.get(i));
            line.put("body", "body " + i + ": " + texts.get(i) + texts.get(i));
            line.put("meta", Map.of("of", i));
            lines.add(Json.line(line));
        }
        Files.write(folder.resolve("c.jsonl"), lines);
        Files.write(folder.resolve("s.jsonl"), texts.stream()
                .map(text -> Json.line(Map.of("text", text.replaceAll(" the ", " <|endoftext|> ")))).toList());
        Files.write(folder.resolve("d.jsonl"), lines.subList(0, 9));
        Files.writeString(folder.resolve("c.txt"), String.join("\n\n", texts));
        Files.write(folder.resolve("p.jsonl"), Stream.of("sky", "sea", "town").map(word -> Json.line(Map.of(
                "prompt", "the " + word, "ask", "is it so that the " + word, "completion", " is blue",
                "answer", " is as blue as it was before"))).toList());
        Files.write(folder.resolve("queries.jsonl"), Stream.of("sky", "sea", "river").map(word -> Json.line(Map.of(
                "prompt", "the " + word, "completion", " is " + word))).toList());
        Files.write(folder.resolve("others.jsonl"), Stream.of("mill", "hill", "town").map(word -> Json.line(Map.of(
                "prompt", "an old " + word, "completion", " and " + word))).toList());
        List<String> turns = List.of("the sky", "is blue and wide", "the old stone bridge", "is over the river");
        Files.writeString(folder.resolve("m.jsonl"), Json.line(Map.of("id", "m", "messages",
                IntStream.range(0, turns.size()).mapToObj(i -> Map.of(
                        "role", i % 2 == 0 ? "user" : "assistant", "content", turns.get(i))).toList())));
        Files.writeString(folder.resolve("chat.jinja"), "{% for m in messages %}{{ m.role[0] ~ ':' ~ m.content ~ ';' }}"
                + "{% endfor %}{% if add_generation_prompt %}a:{% endif %}");
        Files.writeString(folder.resolve("long.jinja"), "{% for m in messages %}{{ m.role ~ m.content ~ m.content }}"
                + "{% endfor %}{% if add_generation_prompt %}assistant{% endif %}");
        Files.writeString(folder.resolve("conversation.json"), Json.pretty(List.of(
                Map.of("role", "user", "content", "the"), Map.of("role", "assistant", "content", "sky"))));
        Files.writeString(folder.resolve("prompt.txt"), "stone");
        Files.writeString(folder.resolve("completion.txt"), "sea");
        config("config.json", 3, 0.01);
        config("longer.json", 4, 0.01);
        config("diverging.json", 5, 1e30);
        SplittableRandom random = new SplittableRandom(1);
        for (String name : List.of("t.txt", "u.txt")) {
            Files.writeString(folder.resolve(name), IntStream.range(0, 260)
                    .mapToObj(_ -> texts.get(random.nextInt(texts.size())).split(" ")[0])
                    .collect(Collectors.joining(" ")));
        }
        for (String strategy : List.of("ekfac", "kfac", "diagonal", "identity")) {
            run(FIT.replace("#", "@/" + strategy) + " --strategy " + strategy).succeeded();
        }
        run(SCORES.replace("#", "@/scored") + " --tokens").succeeded();
    }

    /** An adapter of rank 1 on one layer of the models. */
    private void adapter() throws IOException {
        Path adapter = Files.createDirectory(folder.resolve("adapter"));
        Json.write(adapter.resolve("adapter_config.json"), Map.of("peft_type", "LORA", "r", 1, "lora_alpha", 1));
        double[] down = new double[8];
        double[] up = new double[12];
        Arrays.fill(down, 0.5);
        Arrays.fill(up, 0.5);
        String layer = "base_model.model.transformer.h.0.mlp.c_fc.lora_";
        new SafetensorsWriter().add(layer + "A.weight", down, 1, 8).add(layer + "B.weight", up, 12, 1)
                .write(adapter.resolve("adapter_model.safetensors"));
    }

    private void model(String name, long seed) {
        Gpt2 model = new Gpt2(new Gpt2Config(300, CONTEXT, 8, 2, 2, 12, false, 1e-5));
        new PretrainedModel(model, model.initialize(new SplittableRandom(seed))).save(folder.resolve(name));
        new ByteTokenizer().save(folder.resolve(name).resolve("tokenizer.json"));
    }

    private void config(String name, int steps, double rate) throws IOException {
        Files.writeString(folder.resolve(name), """
                {"vocabulary": 300, "context": %d, "width": 4, "layers": 1, "heads": 1, "hidden": 4, "tiedHead": false,
                 "steps": %d, "batchSize": 4, "rate": %s, "weightDecay": 0.01, "precision": "single", "seed": 1}
                """.formatted(CONTEXT, steps, rate));
    }

    /** Runs a command line, or finds that it was run before. */
    Run run(String line) {
        return runs.computeIfAbsent(line, this::fresh);
    }

    Run fresh(String line) {
        try {
            Path own = Files.createTempDirectory(folder, "run").resolve("out");
            return new Run(CommandLineRun.of(arguments(line, own)), own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words of a line, with a folder for what it writes. */
    String[] arguments(String line, Path own) {
        Map<String, String> options = new LinkedHashMap<>();
        String[] words = line.replace("#", own.toString()).replace("@", folder.toString()).split(" ");
        List<String> arguments = new ArrayList<>(List.of(words[0]));
        for (int i = 1; i < words.length; i++) {
            boolean valued = i + 1 < words.length && !words[i + 1].startsWith("--");
            options.put(words[i], valued ? words[++i] : "");
        }
        options.forEach((name, value) -> {
            arguments.add(name);
            if (!value.isEmpty()) {
                arguments.add(value);
            }
        });
        return arguments.toArray(String[]::new);
    }

    void refused(String line, String message) {
        Run run = run(line);
        assertNotEquals(0, run.command.status(), run.command.out());
        assertTrue(run.error().contains(message), run.command.err());
    }

    static void close(double[] expected, double[] found) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertArrayEquals(expected, found, ROUNDING * scale);
    }

    Path folder() {
        return folder;
    }
}
