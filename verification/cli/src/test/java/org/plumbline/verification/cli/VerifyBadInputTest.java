package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input to {@code verify}: one clear line, a status other than 0, nothing half-written. */
class VerifyBadInputTest {

    @TempDir
    private Path folder;

    @Test
    void aMissingText() {
        assertRefused(folder.resolve("missing.txt"), "missing.txt");
    }

    @Test
    void aFolderAsText() {
        assertRefused(folder, folder.getFileName().toString());
    }

    @Test
    void anEmptyText() throws IOException {
        assertRefused(Files.createFile(folder.resolve("empty.txt")), "empty");
    }

    @Test
    void aTextThatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin.txt"), new byte[] {'a', 'b', (byte) 0xE9, 'c'});
        assertRefused(file, "UTF-8");
    }

    @Test
    void aTextShorterThanOneSequence() throws IOException {
        assertRefused(Files.writeString(folder.resolve("short.txt"), "To be, or not to be"), "tokens");
    }

    @Test
    void aTextTooShortForTrainingAndQueries() throws IOException {
        String text = "the quick brown fox jumps over the lazy dog and runs away. ".repeat(8);
        assertRefused(Files.writeString(folder.resolve("short.txt"), text), "sequences");
    }

    @ParameterizedTest
    @CsvSource({
        "--width, 15, heads", "--width, 0, width", "--context, 2, context", "--sequences, 1, sequences",
        "--queries, 3, queries", "--damping, -1, damping", "--damping, NaN, damping", "--rate, 0, rate",
        "--threads, 0, threads", "--steps, x, steps", "--engine, abacus, engine", "--corpus, nowhere, corpus",
        "--vocabulary, 1, vocabulary", "--batch, 0, batch", "--colour, red, colour"
    })
    void nonsenseOptions(String option, String value, String named) {
        CommandLineRun run = CommandLineRun.of("verify", "--quick", option, value);
        assertNotEquals(0, run.status());
        assertOneLine(run, named);
    }

    @Test
    void aFolderThatCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        CommandLineRun run = CommandLineRun.of("verify", "--quick", "--out", file.resolve("below").toString());
        assertEquals(1, run.status());
        assertOneLine(run, "file");
    }

    @Test
    void aDenseCurvatureThatDoesNotFit() {
        CommandLineRun run = CommandLineRun.of(
                "verify", "--quick", "--width", "512", "--hidden", "2048", "--out", folder.toString());
        assertEquals(1, run.status());
        assertOneLine(run, "MiB");
        assertFalse(Files.exists(folder.resolve("report.json")));
    }

    @Test
    void helpHasAnExample() {
        CommandLineRun run = CommandLineRun.of("verify", "--help");
        assertEquals(0, run.status());
        assertTrue(run.out().contains("Example:"), run.out());
    }

    private void assertRefused(Path text, String named) {
        Path out = folder.resolve("out");
        CommandLineRun run = CommandLineRun.of(
                "verify", "--quick", "--text", text.toString(), "--out", out.toString());
        assertEquals(1, run.status());
        assertOneLine(run, named);
        assertFalse(Files.exists(out.resolve("report.json")));
    }

    private static void assertOneLine(CommandLineRun run, String named) {
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("plumbline: "), run.err());
        assertTrue(run.err().contains(named), run.err());
    }
}
