package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher {@code ./plumbline} in a checkout of a few empty files, with a build that copies one of them and a JVM
 * that prints its arguments.
 */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../plumbline");

    @TempDir
    private Path folder;

    private Path root;

    private record Run(int status, String out, String err) {}

    @BeforeEach
    void checkout() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
        root = Files.createDirectories(folder.resolve("check out"));
        Files.copy(LAUNCHER, root.resolve("plumbline"));
        for (String name : List.of("pom.xml", "reference/pom.xml", "verification/cli/pom.xml",
                "reference/src/main/A.java", "verification/cli/src/main/B.java",
                "reference/src/test/java/org/plumbline/kernels/FloatTwin.java")) {
            write(root.resolve(name), "");
        }
        script(root.resolve("plumbline"), Files.readString(LAUNCHER));
        script(root.resolve("mvnw"), """
                #!/bin/sh
                echo build >>"${0%/*}/builds"
                mkdir -p verification/cli/target/lib
                : >verification/cli/target/plumbline.jar
                """);
        Path jdk = folder.resolve("jdk");
        write(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        script(jdk.resolve("bin/java"), """
                #!/bin/sh
                printf '<%s>' "$@"
                printf ' %s\\n' "$(locale charmap)"
                """);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void script(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs shell code in the folder above the checkout. */
    private Run shell(Map<String, String> environment, String code) {
        try {
            Path out = Files.createTempFile(folder, "out", "");
            Path err = Files.createTempFile(folder, "err", "");
            ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", code).directory(folder.toFile())
                    .redirectOutput(out.toFile()).redirectError(err.toFile());
            shell.environment().keySet().removeAll(List.of("PLUMBLINE_JAVA_OPTS", "TORNADOVM_HOME", "CDPATH"));
            shell.environment().put("PLUMBLINE_JAVA_HOME", folder.resolve("jdk").toString());
            shell.environment().put("PLUMBLINE_LOCK_PATIENCE", "3");
            shell.environment().putAll(environment);
            int status = shell.start().waitFor();
            return new Run(status, Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Run run(String... arguments) {
        return shell(Map.of(), "'check out/plumbline' " + String.join(" ", arguments));
    }

    private long builds() throws IOException {
        Path builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    private void assertRuns(Run run) {
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("<org.plumbline.verification.cli.Main>"), run.out());
    }

    @Test
    void itBuildsWhenASourceChangedAndOnlyThen() throws IOException {
        assertRuns(run("--version"));
        assertRuns(run("--version"));
        assertEquals(1, builds());
        Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(2)));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        assertRuns(run("--version"));
        assertEquals(2, builds());
    }

    /** A date in the future is newer than any build; another content is a change all the same. */
    @Test
    void aSourceOfTomorrowIsBuiltOnce() throws IOException {
        FileTime tomorrow = FileTime.from(Instant.now().plus(1, ChronoUnit.DAYS));
        Path source = root.resolve("reference/src/main/A.java");
        Files.setLastModifiedTime(source, tomorrow);
        assertRuns(run("--version"));
        assertRuns(run("--version"));
        assertEquals(1, builds());
        Files.writeString(source, "class A {}");
        Files.setLastModifiedTime(source, tomorrow);
        assertRuns(run("--version"));
        assertRuns(run("--version"));
        assertEquals(2, builds());
    }

    @Test
    void foldersThatCdSearchesAreNoMatter() throws IOException {
        Run run = shell(Map.of("CDPATH", "."), "'check out/plumbline' --version");
        assertRuns(run);
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().contains("\n")), "a stray folder");
        }
    }

    @Test
    void aLockWithoutAProcessEnds() throws IOException {
        Files.createDirectories(root.resolve("target/app.lock"));
        assertWaitsAndRuns("unknown");
    }

    /** Process ids are given again: this one lives, and builds nothing. */
    @Test
    void aLockOfAnotherProcessEnds() throws IOException {
        String living = Long.toString(ProcessHandle.current().pid());
        write(root.resolve("target/app.lock/pid"), living + "\n");
        assertWaitsAndRuns(living);
    }

    private void assertWaitsAndRuns(String holder) throws IOException {
        Run run = run("--version");
        assertRuns(run);
        assertTrue(run.err().contains("plumbline: waiting for the build of process " + holder + " ("), run.err());
        assertFalse(Files.exists(root.resolve("target/app.lock")));
        assertEquals(1, builds());
    }

    @Test
    void aLockOfADeadProcessIsTakenAtOnce() throws IOException {
        write(root.resolve("target/app.lock/pid"), "99999999\n");
        Run run = run("--version");
        assertRuns(run);
        assertFalse(run.err().contains("waiting"), run.err());
    }

    /** A build that shows signs of life is waited for, however long it takes. */
    @Test
    void twoAtOnceBuildOnce() throws IOException {
        script(root.resolve("mvnw"), Files.readString(root.resolve("mvnw")) + "sleep 6\n");
        Run run = shell(Map.of(), "'check out/plumbline' one >one & 'check out/plumbline' two; wait; cat one");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("<one>") && run.out().contains("<two>"), run.out());
        assertEquals(1, builds(), run.err());
    }

    @Test
    void aCollectorThatIsAskedForIsTheOnlyOne() {
        assertTrue(run("--version").out().contains("<-XX:+UseSerialGC>"));
        String other = shell(Map.of("PLUMBLINE_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC"), "'check out/plumbline' -V").out();
        assertTrue(other.contains("<-XX:+UseG1GC>") && !other.contains("SerialGC") && !other.contains("-Xmn"), other);
    }

    @Test
    void everyLocaleHasUtf8AndArgumentsArePassedAsTheyAre() {
        assumeTrue(shell(Map.of("LC_ALL", "C.UTF-8"), "locale charmap").out().startsWith("UTF-8"), "no C.UTF-8 here");
        for (String locale : List.of("C", "POSIX", "C.UTF-8", "no_WHERE")) {
            Run run = shell(Map.of("LC_ALL", locale), "'check out/plumbline' query '@file  *' '' \"a'b\" 'ä\nb'");
            assertTrue(run.out().endsWith("<query><@file  *><><a'b><ä\nb> UTF-8\n"), run.out());
        }
    }

    @Test
    void aWorkingFolderThatIsGoneIsNamed() {
        Run run = shell(Map.of(), "mkdir gone; cd gone; rmdir ../gone; '../check out/plumbline' --version;"
                + " echo $?; \"$OLDPWD/check out/plumbline\" --version");
        assertEquals(2, run.status(), run.err());
        assertTrue(run.err().contains("plumbline: the working folder is gone"), run.err());
    }

    @Test
    void whatTheJvmSaysOfItselfIsNoOutput() {
        assertTrue(Arrays.asList(run("-V").out().split("[<>]+")).contains("-XX:+DisplayVMOutputToStderr"));
    }
}
