package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.io.Hashes;
import org.plumbline.io.Json;
import org.plumbline.io.MortalFileSystem;

/**
 * Every command that writes a folder, in every state that its folder and its disk may be in: what was there before is
 * there after, byte for byte, or the new result is whole.
 */
class WritersTest {

    /** A command that writes; what makes its settings others; and each how many-th moment it is killed at. */
    enum Writer {
        TRAIN(OptionRuns.TRAIN + " --checkpoint 1", " --config @/longer.json", "training", 3),
        FIT(OptionRuns.FIT, " --damping 0.5", "factors", 7),
        SCORES(OptionRuns.SCORES, " --rank 1", "scores", 4),
        QUERY(OptionRuns.QUERY + " --out #", " --top 3", "report", 3),
        VERIFY(OptionRuns.VERIFY, " --seed 2", "report", 2),
        // All vectors are computed anew each time.
        VECTORS(OptionRuns.VECTORS, " --seed 2", "vectors", 53);

        private final String line;
        private final String otherSettings;
        private final String kind;
        private final int stride;

        Writer(String line, String otherSettings, String kind, int stride) {
            this.line = line;
            this.otherSettings = otherSettings;
            this.kind = kind;
            this.stride = stride;
        }
    }

    @TempDir
    private static Path folder;

    private static OptionRuns runs;
    private static int serial;

    @BeforeAll
    static void inputs() throws IOException {
        runs = new OptionRuns(folder);
    }

    private static Path fresh() {
        return folder.resolve("w" + serial++);
    }

    private static CommandLineRun run(Writer writer, Path out) {
        return CommandLineRun.of(runs.arguments(writer.line, out));
    }

    private static Path finished(Writer writer) {
        Path out = fresh();
        succeeds(run(writer, out));
        return out;
    }

    private static void succeeds(CommandLineRun run) {
        assertEquals(0, run.status(), run.err());
    }

    private static String refused(CommandLineRun run) {
        assertEquals(1, run.status(), run.out());
        List<String> lines = run.err().lines().filter(line -> line.startsWith("plumbline: ")).toList();
        assertEquals(1, lines.size(), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        return lines.getFirst();
    }

    /** Digest of every file, hidden ones too, by path. */
    private static Map<String, String> contents(Path out) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            files.forEach(file -> contents.put(out.relativize(file).toString(),
                    Files.isDirectory(file) ? "folder" : Hashes.sha256(file)));
        }
        return contents;
    }

    /** The contents that do not depend on when it was: reports of verify tell how long it took. */
    private static Map<String, String> lasting(Writer writer, Path out) throws IOException {
        assertTrue(Json.read(out.resolve("manifest.json")).get("complete").booleanValue());
        Map<String, String> contents = contents(out);
        // Left by a process that ends after its result is whole and before it removes the lock.
        contents.keySet().removeIf(name -> name.endsWith(".plumbline.lock"));
        if (writer == Writer.VERIFY) {
            contents.replaceAll((_, _) -> "");
        }
        return contents;
    }

    @ParameterizedTest
    @EnumSource
    void aFolderOfSomethingElseIsLeftAlone(Writer writer) throws IOException {
        for (String name : List.of("config.json", "notes.txt", "report.json", ".hidden")) {
            Path out = Files.createDirectory(fresh());
            Files.writeString(out.resolve(name), "{}");
            Map<String, String> before = contents(out);
            String line = refused(run(writer, out));
            assertTrue(line.contains("found '" + name + "' and no manifest.json, expected an empty folder"), line);
            assertEquals(before, contents(out));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResultOfAnotherCommandIsLeftAlone(Writer writer) throws IOException {
        Writer other = writer == Writer.FIT ? Writer.TRAIN : Writer.FIT;
        Path out = finished(other);
        Map<String, String> before = contents(out);
        String line = refused(run(writer, out));
        assertTrue(line.contains("found a store of " + other.kind), line);
        assertEquals(before, contents(out));
    }

    @ParameterizedTest
    @EnumSource
    void aResultOfOtherSettingsIsLeftAlone(Writer writer) throws IOException {
        Path out = finished(writer);
        Map<String, String> before = contents(out);
        String line = refused(CommandLineRun.of(runs.arguments(writer.line + writer.otherSettings, out)));
        assertTrue(line.contains("this store belongs to another run: "), line);
        assertEquals(before, contents(out));
    }

    /** As on a medium that cannot be written to: not one change is tried. */
    @ParameterizedTest
    @EnumSource
    void aFinishedResultIsFoundWithoutAnyChange(Writer writer) throws IOException {
        Path out = finished(writer);
        Map<String, String> before = contents(out);
        succeeds(CommandLineRun.on(new MortalFileSystem(0)::path, runs.arguments(writer.line, out)));
        assertEquals(before, contents(out));
    }

    @ParameterizedTest
    @EnumSource
    void aPlaceThatCannotBeAFolderIsNamed(Writer writer) throws IOException {
        Path file = Files.writeString(fresh(), "text");
        String below = refused(run(writer, file.resolve("below")));
        assertTrue(below.contains(file + "/below: cannot be made a folder: "), below);
        assertTrue(refused(run(writer, file)).contains("found a file, expected a folder"));
        assertEquals("text", Files.readString(file));
    }

    @Test
    void whileAnotherProcessWritesNothingIsTouched() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), LockHolder.class.getName()));
        Map<Writer, Path> held = new TreeMap<>();
        for (Writer writer : Writer.values()) {
            held.put(writer, fresh());
            command.addAll(List.of(held.get(writer).toString(), writer.kind));
        }
        Process holder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("held " + held.size(), out.readLine());
        for (Map.Entry<Writer, Path> one : held.entrySet()) {
            Map<String, String> before = contents(one.getValue());
            String line = refused(run(one.getKey(), one.getValue()));
            assertTrue(line.contains("another process is writing there"), line);
            assertEquals(before, contents(one.getValue()));
        }
        // A lock ends with its process, whatever becomes of that.
        holder.destroyForcibly().waitFor();
        succeeds(run(Writer.TRAIN, held.get(Writer.TRAIN)));
    }

    @ParameterizedTest
    @EnumSource
    void killedBeforeAnyChangeOfTheFilesItGoesOn(Writer writer) throws IOException {
        MortalFileSystem undisturbed = new MortalFileSystem(Integer.MAX_VALUE);
        Path whole = fresh();
        succeeds(CommandLineRun.on(undisturbed::path, runs.arguments(writer.line, whole)));
        Map<String, String> expected = lasting(writer, whole);
        assertTrue(undisturbed.changes() > 5, () -> "changes: " + undisturbed.changes());
        for (int lifetime = 0; lifetime < undisturbed.changes(); lifetime += writer.stride) {
            Path out = fresh();
            CommandLineRun killed =
                    CommandLineRun.on(new MortalFileSystem(lifetime)::path, runs.arguments(writer.line, out));
            // What is left to do after the result is whole is to remove the lock.
            assertTrue(killed.status() == 1 || Files.exists(out.resolve("manifest.json")), killed.err());
            succeeds(run(writer, out));
            assertEquals(expected, lasting(writer, out), "killed after " + lifetime + " changes");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereverTheDiskIsFullItSaysSoAndGoesOnLater(Writer writer) throws IOException {
        Path whole = finished(writer);
        Map<String, String> expected = lasting(writer, whole);
        MortalFileSystem undisturbed = new MortalFileSystem(Integer.MAX_VALUE);
        succeeds(CommandLineRun.on(undisturbed::path, runs.arguments(writer.line, fresh())));
        for (int room = 0; room < undisturbed.changes(); room += writer.stride) {
            Path out = fresh();
            CommandLineRun run = CommandLineRun.on(MortalFileSystem.full(room)::path, runs.arguments(writer.line, out));
            if (run.status() != 0) {
                String line = refused(run);
                assertTrue(line.contains("the disk is full") || line.contains("No space left on device"), line);
                if (Files.exists(out)) {
                    assertTrue(contents(out).keySet().stream().noneMatch(name -> name.endsWith(".tmp")),
                            () -> "left after " + line);
                }
            }
            succeeds(run(writer, out));
            assertEquals(expected, lasting(writer, out), "room for " + room + " changes");
        }
    }
}
