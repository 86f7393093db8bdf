package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {

    @TempDir
    private Path parent;

    /** Makes one below its argument, says where, and waits. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            ScratchFolder scratch = ScratchFolder.make(Path.of(arguments[0]), "test");
            Files.createDirectories(scratch.path().resolve("a/b"));
            Files.writeString(scratch.path().resolve("a/b/large"), "data");
            System.out.println(scratch.path());
            while (System.in.read() >= 0) {
                // Waits to be killed.
            }
        }
    }

    private Process holder() throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Holder.class.getName(),
                parent.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Path said(Process holder) throws IOException {
        return Path.of(new BufferedReader(
                new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8)).readLine());
    }

    private List<Path> contents() throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.toList();
        }
    }

    @Test
    void itEndsWithItsUse() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.make(parent, "test")) {
            Files.writeString(scratch.path().resolve("file"), "data");
            assertEquals(List.of(scratch.path()), contents());
        }
        assertEquals(List.of(), contents());
    }

    /** SIGTERM on systems that have it. */
    @Test
    void itEndsWithASignal() throws IOException, InterruptedException {
        Process holder = holder();
        assertTrue(Files.exists(said(holder).resolve("a/b/large")));
        holder.destroy();
        holder.waitFor();
        assertEquals(List.of(), contents());
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndWhatALivingOneHasIsNot() throws IOException, InterruptedException {
        Path other = Files.createDirectory(parent.resolve("plumbline-other-1"));
        Process killed = holder();
        Path left = said(killed);
        killed.destroyForcibly().waitFor();
        assertTrue(Files.exists(left));
        Process living = holder();
        Path used = said(living);
        assertFalse(Files.exists(left));
        try (ScratchFolder scratch = ScratchFolder.make(parent, "test")) {
            assertTrue(Files.exists(used.resolve("a/b/large")));
            assertTrue(Files.exists(scratch.path()));
        }
        living.destroyForcibly().waitFor();
        assertTrue(Files.exists(other), "of another purpose");
    }
}
