package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.vector.VectorSupport;

/** As the launcher starts Java, the Vector API is there and the JVM warns of nothing. */
class NoIncubatorWarningTest {
    private static final String EXPORT = "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED";

    /** What the process of the test runs. */
    static final class Probe {
        public static void main(String[] arguments) {
            System.out.print(VectorSupport.isAvailable() + " " + ModuleLayer.boot().findModule("jdk.incubator.vector")
                    .isPresent());
        }
    }

    private record Run(String out, String err) {}

    private static Run probe(String... option) throws IOException, InterruptedException {
        Path out = Files.createTempFile("probe", ".out");
        Path err = Files.createTempFile("probe", ".err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(option));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertEquals(0, process.waitFor(), () -> err.toString());
        return new Run(Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void theVectorApiComesWithoutAWarning() throws IOException, InterruptedException {
        assertEquals(new Run("true false", ""), probe(EXPORT));
        String launcher = Files.readString(Path.of("../../plumbline"));
        assertTrue(launcher.contains(EXPORT), "the launcher gives the option");
        assertFalse(launcher.contains("--add-modules=jdk.incubator.vector"), "the launcher asks for the warning");
    }

    /** Without the export it is the scalar engine, and the library says so. */
    @Test
    void withoutTheExportTheLibrarySaysThatItIsSlow() throws IOException, InterruptedException {
        Run run = probe();
        assertEquals("false false", run.out);
        assertTrue(run.err.contains("programs run on the scalar engine"), run.err);
    }
}
