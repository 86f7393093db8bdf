package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Half an output is no success. */
class StandardOutputTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"No space left on device, 0, 1", "No space left on device, 2, 2", "Input/output error, 0, 1",
        "Broken pipe, 0, 0", "Broken pipe, 1, 1"})
    void whatCannotBeWrittenIsTheCommandsFailure(String reason, int status, int expected) {
        StandardOutput out = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        });
        assertThrows(IOException.class, () -> out.write('x'));
        assertEquals(expected, out.end(status));
    }

    /** Found out at the end, as a disk of the network does. */
    @Test
    void whatCannotBeClosedIsAFailure() {
        assertEquals(1, new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void close() throws IOException {
                throw new IOException("Disk quota exceeded");
            }
        }).end(0));
    }

    @Test
    void aDiskThatIsFullIsOneLine() throws IOException, InterruptedException {
        File full = new File("/dev/full");
        assumeTrue(full.exists(), "no /dev/full here");
        Path err = folder.resolve("err");
        int status = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Main.class.getName(), "--help")
                .redirectOutput(full).redirectError(err.toFile()).start().waitFor();
        assertEquals(1, status);
        assertEquals(List.of("plumbline: standard output cannot be written: No space left on device"),
                Files.readAllLines(err));
    }
}
