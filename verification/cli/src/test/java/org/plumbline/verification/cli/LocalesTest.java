package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.io.Hashes;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every command writes the same bytes and prints the same text, whatever language and digits the user has. */
class LocalesTest {
    private static final Locale USUAL = Locale.getDefault();

    /** Each in a folder of its own; and their help. */
    private static final List<String> LINES = Stream.concat(
            Stream.of(OptionRuns.TRAIN, OptionRuns.FIT, OptionRuns.FIT + " --data @/absent.jsonl", OptionRuns.SCORES,
                    OptionRuns.QUERY + " --out #", OptionRuns.QUERY.replace(" --json", ""), OptionRuns.LOSS,
                    OptionRuns.LOSS.replace(" --json", ""), OptionRuns.PLAN, OptionRuns.VERIFY, OptionRuns.VECTORS,
                    "inspect @/model", "inspect --json @/model", "devices", "bench --scale nothing --text @/t.txt"),
            CommandGroups.names().map(name -> name + " --help")).toList();

    @TempDir
    private static Path folder;

    private static OptionRuns runs;
    private static List<Map<String, String>> expected;

    @BeforeAll
    static void inEnglish() throws IOException {
        Locale.setDefault(Locale.ENGLISH);
        runs = new OptionRuns(folder);
        expected = all("en");
    }

    @AfterAll
    static void asBefore() {
        Locale.setDefault(USUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG", "de-DE", "fa-IR", "hi-IN-u-nu-deva", "th-TH-u-ca-buddhist-nu-thai"})
    void theSameBytesAndTheSameText(String language) throws IOException {
        Locale.setDefault(Locale.forLanguageTag(language));
        List<Map<String, String>> found = all(language);
        for (int i = 0; i < LINES.size(); i++) {
            assertEquals(expected.get(i), found.get(i), language + ": " + LINES.get(i));
        }
    }

    private static List<Map<String, String>> all(String language) throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        for (int i = 0; i < LINES.size(); i++) {
            all.add(outcome(LINES.get(i), folder.resolve(language + i)));
        }
        return all;
    }

    /** What a command prints, and the digests of its files by name; without what depends on the clock. */
    private static Map<String, String> outcome(String line, Path own) throws IOException {
        if (line.contains("--help")) {
            // As the process does; everything else must not need it.
            Main.useOneLocale();
        }
        CommandLineRun run = CommandLineRun.of(runs.arguments(line, own));
        Map<String, String> outcome = new TreeMap<>();
        outcome.put("status", Integer.toString(run.status()));
        // Rates and times left are of the moment; so is all that plan extrapolates.
        outcome.put("out", run.out().replace(own.toString(), "#")
                .replaceAll(line.startsWith("plan") ? "[0-9.,]+ (s|min|h|days)?" : " +[0-9.]+ s(?=\\n)", "#")
                .replaceAll("[0-9.]+ s in all", "#")
                // The table of verify ends in the seconds of a fit and the milliseconds of a query.
                .replaceAll(line.startsWith("verify") ? " +[0-9]+\\.[0-9]{3} +[0-9]+\\.[0-9]{3}(?=\\n)" : "(?!)", "#"));
        outcome.put("err", Stream.of(run.err().split("\n")).filter(text -> text.startsWith("plumbline: "))
                .toList().toString());
        assertTrue((run.out() + run.err()).codePoints().noneMatch(c -> Character.isDigit(c) && c > '9'), run.out());
        if (Files.exists(own)) {
            try (Stream<Path> files = Files.walk(own)) {
                files.filter(Files::isRegularFile).forEach(file -> outcome.put(
                        own.relativize(file).toString(),
                        line.startsWith("verify") ? numbers(file) : Hashes.sha256(file)));
            }
        }
        return outcome;
    }

    /** A report of verify without the seconds that it took, and the manifest that has its digest. */
    private static String numbers(Path file) {
        return file.endsWith("manifest.json") ? Json.read(file).get("identity").toString()
                : Json.pretty(timeless(Json.read(file)));
    }

    private static JsonNode timeless(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(object.propertyNames().stream()
                    .filter(name -> name.equals("timings")).toList());
        }
        node.forEach(LocalesTest::timeless);
        return node;
    }
}
