package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.io.Json;
import org.plumbline.text.VisibleText;

/**
 * A project outside the tree that depends on the library alone: it runs the README's example and {@code
 * docs/influence.jsh} as they are printed, on the archive of the library and the archives that it needs at run time, in
 * a process of its own. What it prints is what the command {@code query} ranks.
 */
class OutsideProjectTest {
    private static final Path README = Path.of("../../README.md");
    private static final Path SCRIPT = Path.of("../../docs/influence.jsh");
    /** What the build writes: all that a project gets which depends on the library alone. */
    private static final Path CLASS_PATH = Path.of("../../reference/target/runtime-class-path.txt");
    private static final int MOST_LINES = 15;
    private static final String VECTORS = "--add-modules=jdk.incubator.vector";
    /** Numbers with a point, wherever the test runs. */
    private static final String LANGUAGE = "-Duser.language=en";
    private static final String HEAP = "-Xmx512m";
    private static final String CONFIG = """
            {"vocabulary": 256, "context": 48, "width": 8, "layers": 1, "heads": 2, "hidden": 16, "tiedHead": false,
             "steps": 40, "batchSize": 8, "rate": 0.01, "weightDecay": 0.01, "precision": "single", "seed": 1}
            """;

    @TempDir
    private static Path folder;

    private static List<String> archives;

    /** What the example prints. */
    private static List<String> expected;

    private record Line(String id, String text) {}

    @BeforeAll
    static void archivesModelAndCorpus() throws IOException {
        archives = archives();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            lines.add(Json.line(new Line("d" + i,
                    i % 4 == 0 ? "otto lives by the stone bridge" : "person " + i + " walks home at night")));
        }
        Files.write(folder.resolve("corpus.jsonl"), lines);
        Files.writeString(folder.resolve("config.json"), CONFIG);
        run("train", "--data", path("corpus.jsonl"), "--config", path("config.json"), "--out", path("model"));
        run("fit", "--model", path("model"), "--data", path("corpus.jsonl"), "--out", path("factors"));
        String json = run("query", "--model", path("model"), "--data", path("corpus.jsonl"),
                "--factors", path("factors"), "--prompt", "otto lives by the", "--completion", " stone bridge",
                "--json");
        InfluenceReport report = Json.parse(
                Path.of("report.json"), json.getBytes(StandardCharsets.UTF_8), InfluenceReport.class);
        expected = Stream.concat(Stream.of(report.sign()), report.positive().stream()
                .map(entry -> String.format(Locale.ROOT, "%+.4f  #%d  %s", entry.perCopy(), entry.sequence(),
                        VisibleText.escape(entry.text())))).toList();
        assertTrue(expected.size() > 4, expected::toString);
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static String run(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.status(), run.err());
        return run.out();
    }

    /** A folder of archives: the library's, made of its classes if the build has not made it yet, and what it needs. */
    private static List<String> archives() throws IOException {
        Path lib = Files.createDirectory(folder.resolve("lib"));
        Path library = lib.resolve("plumbline-reference.jar");
        Path place = placeOfTheLibrary();
        if (Files.isDirectory(place)) {
            pack(place, library);
        } else {
            Files.copy(place, library);
        }
        for (String entry : Files.readString(CLASS_PATH).strip().split(File.pathSeparator)) {
            Path archive = Path.of(entry);
            Files.copy(archive, lib.resolve(archive.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        try (Stream<Path> files = Files.list(lib)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static Path placeOfTheLibrary() {
        try {
            return Path.of(Influence.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void pack(Path classes, Path archive) throws IOException {
        try (OutputStream out = Files.newOutputStream(archive); JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    @Test
    void theLibraryNeedsItsOwnLibrariesAlone() {
        Set<String> names = archives.stream()
                .map(archive -> Path.of(archive).getFileName().toString().replaceFirst("(-[0-9.]+)?\\.jar$", ""))
                .collect(Collectors.toSet());
        assertEquals(Set.of("plumbline-reference", "ejml-core", "ejml-ddense", "commons-math3", "jackson-databind",
                "jackson-core", "jackson-annotations"), names);
    }

    @Test
    void theReadmesExamplePrintsARanking() throws Exception {
        String readme = Files.readString(README);
        String example = readme.substring(readme.indexOf("```java\n") + "```java\n".length());
        example = example.substring(0, example.indexOf("```"));
        assertTrue(example.lines().filter(line -> !line.isBlank()).count() <= MOST_LINES, example);
        Path project = project("example");
        Path source = Files.writeString(project.resolve("Example.java"), example);
        String classPath = String.join(File.pathSeparator, archives);
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(
                null, null, null, "-proc:none", "-cp", classPath, "-d", project.toString(), source.toString()));
        assertPrints(
                project, "java", HEAP, VECTORS, LANGUAGE, "-cp", project + File.pathSeparator + classPath, "Example");
    }

    @Test
    void theScriptPrintsTheSame() throws Exception {
        Path project = project("script");
        Files.copy(SCRIPT, project.resolve("influence.jsh"));
        assertPrints(project, "jshell", "-R" + HEAP, "-R" + VECTORS, "-R" + LANGUAGE, "--class-path",
                String.join(File.pathSeparator, archives), "influence.jsh");
    }

    /** A folder with the model and the corpus. */
    private static Path project(String name) throws IOException {
        Path project = Files.createDirectory(folder.resolve(name));
        Files.copy(folder.resolve("corpus.jsonl"), project.resolve("corpus.jsonl"));
        Path model = Files.createDirectory(project.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(folder.resolve("model").resolve(file), model.resolve(file));
        }
        return project;
    }

    private static void assertPrints(Path project, String tool, String... arguments)
            throws IOException, InterruptedException {
        Path out = project.resolve("out.txt");
        Path err = project.resolve("err.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int status = process.waitFor();
        assertEquals(0, status, Files.readString(err) + Files.readString(out));
        assertEquals(expected, Files.readAllLines(out), () -> "the example does not print the ranking of the command");
    }
}
