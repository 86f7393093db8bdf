package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bench} says about engines before it measures anything. */
class BenchCommandTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tornado", "tornado:opencl:0", "scalar"})
    void theProductsOfTheVectorEngineAreOfNoOther(String engine) {
        assertRefused("bench without --scale or --gpt2 measures the engine vector alone, found --engine '" + engine
                + "'; bench --scale and bench --gpt2 take any engine", "--engine", engine);
    }

    @Test
    void neitherAreTheCurvesOfScaling() throws IOException {
        assertRefused("bench --scaling measures the engine vector alone, found --engine 'tornado'; bench --scale and "
                + "bench --gpt2 take any engine", "--engine", "tornado", "--scaling", "width", "--text", text());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "abacus, --engine 'abacus' is unknown: expected vector", "tornado, the engine tornado needs a TornadoVM SDK"
    })
    void anEngineThatIsNotThereIsFoundOutAtOnce(String engine, String error) throws IOException {
        assertRefused(error, "--gpt2", "--engine", engine);
        assertRefused(error, "--scale", "small", "--engine", engine, "--text", text());
    }

    @Test
    void theEngineIsAnOption() {
        CommandLineRun run = CommandLineRun.of("bench", "--help");
        assertEquals(0, run.status());
        assertTrue(run.out().contains("--engine=NAME"), run.out());
    }

    @Test
    void aTextThatIsTooShortForAnyEngine() throws IOException {
        assertRefused(text() + ": found 9 bytes, expected at least ",
                "--scale", "small", "--engine", "scalar", "--text", text(), "--threads", "1");
    }

    private String text() throws IOException {
        return Files.writeString(folder.resolve("text.txt"), "too short").toString();
    }

    private static void assertRefused(String error, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "bench";
        System.arraycopy(options, 0, arguments, 1, options.length);
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(1, run.status());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("plumbline: " + error), run.err());
    }
}
