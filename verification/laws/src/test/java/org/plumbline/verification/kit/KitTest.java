package org.plumbline.verification.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.verification.laws.SubjectContract;

/**
 * The examples of {@code docs/laws.md} as another project would run them: compiled into a folder of their own,
 * with the laws from an archive and not from this build's classes, in a JVM of their own. What is right passes;
 * what is wrong does not.
 */
class KitTest {
    private static final Path DOCUMENT = Path.of("../../docs/laws.md");
    private static final String BLOCK = "```java\n";
    private static final Path KIT = placeOf(SubjectContract.class);
    /** What the build writes: all that a project gets which depends on the kit alone. */
    private static final Path CLASS_PATH = Path.of("target/runtime-class-path.txt");
    /** What runs tests in any build, and no project names. */
    private static final Pattern RUNNER = Pattern.compile("junit-(platform-launcher|jupiter-engine)-[0-9.]+\\.jar");
    /** Libraries of other modules of this build. */
    private static final Pattern FOREIGN =
            Pattern.compile("picocli|lucene|jmh|tornado|archunit|plumbline-(cli|measure|corpora|benchmarks)");

    @TempDir
    private static Path folder;

    private static String classPath;

    @BeforeAll
    static void archiveOfTheKit() throws IOException {
        Path archive = folder.resolve("laws.jar");
        try (OutputStream out = Files.newOutputStream(archive); JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> files = Files.walk(KIT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(
                        new JarEntry(KIT.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
        Path launcher = Files.createDirectories(folder.resolve("launcher/org/plumbline/verification/kit"));
        try (Stream<Path> files = Files.list(placeOf(KitTest.class).resolve("org/plumbline/verification/kit"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("LaunchTests")).toList()) {
                Files.copy(file, launcher.resolve(file.getFileName()));
            }
        }
        String tests = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Stream<Path> runner = entries(tests).filter(entry -> RUNNER.matcher(entry.getFileName().toString()).matches());
        classPath = Stream.of(Stream.of(archive, folder.resolve("launcher")),
                        entries(Files.readString(CLASS_PATH).strip()), runner)
                .flatMap(entries -> entries)
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<Path> entries(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator)).map(entry -> Path.of(entry).toAbsolutePath());
    }

    /** A project that depends on the kit gets no command line, no index, no benchmarks and no GPU engine. */
    @Test
    void theKitBringsNothingOfOtherModules() throws IOException {
        assertEquals(List.of(), entries(Files.readString(CLASS_PATH).strip())
                .map(entry -> entry.getFileName().toString())
                .filter(name -> FOREIGN.matcher(name).find())
                .toList());
    }

    @Test
    void anEstimatorThatIsRightPasses() throws Exception {
        List<String> lines = run("SphericalTest", example("SphericalTest"));
        assertEquals(6, lines.size(), lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.startsWith("PASSED ")), lines::toString);
    }

    @Test
    void oneThatMultipliesByTheDampedCurvatureDoesNot() throws Exception {
        List<String> lines = run("SphericalTest", replaced(example("SphericalTest"), "v[i] / (", "v[i] * ("));
        assertTrue(lines.contains("FAILED isTheDenseSolve"), lines::toString);
        assertTrue(lines.contains("FAILED undoesTheProduct"), lines::toString);
        assertTrue(lines.contains("FAILED strongDampingLeavesTheVector"), lines::toString);
        assertTrue(lines.contains("PASSED threadsChangeNothing"), lines::toString);
    }

    @Test
    void anImplementationThatIsRightKeepsAllLaws() throws Exception {
        List<String> lines = run("ImplementationTest", example("ImplementationTest"));
        assertTrue(lines.size() > 20, lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.startsWith("PASSED ")), lines::toString);
    }

    /** Rows of the eigenvector matrices for columns: consistent with itself, and wrong. */
    @Test
    void oneWithTheRotationsExchangedDoesNot() throws Exception {
        String exchanged = replaced(replaced(example("ImplementationTest"), "[i * basis.rows() + a]",
                "[a * basis.rows() + i]"), "[j * basis.columns() + b]", "[b * basis.columns() + j]");
        List<String> lines = run("ImplementationTest", exchanged);
        assertTrue(lines.contains("FAILED law 27, InverseLawsTest#ekfacInverseIsTheDenseSolve"), lines::toString);
        assertTrue(lines.contains("PASSED law 40, InfluenceLawsTest#scoresOfASetWithItselfAreAGramMatrix"),
                lines::toString);
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The example of the document that has this class. */
    private static String example(String type) throws IOException {
        return Arrays.stream(Files.readString(DOCUMENT).split(BLOCK))
                .map(block -> block.substring(0, Math.max(0, block.indexOf("```"))))
                .filter(block -> block.contains("class " + type + " "))
                .findFirst()
                .orElseThrow();
    }

    private static String replaced(String source, String what, String by) {
        assertTrue(source.contains(what), () -> what + " is not in the example");
        return source.replace(what, by);
    }

    /** Compiles and runs the test class in a package and a folder of its own. */
    private static List<String> run(String type, String source) throws IOException, InterruptedException {
        Path project = Files.createTempDirectory(folder, "project");
        Path file = Files.createDirectories(project.resolve("org/example")).resolve(type + ".java");
        Files.writeString(file, source);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, file.toString());
        assertEquals(0, status, "the example does not compile");
        Path out = project.resolve("out.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Djqwik.database=" + project.resolve("jqwik"),
                "-Djqwik.reporting.onlyfailures=true", "-cp", project + File.pathSeparator + classPath,
                LaunchTests.class.getName(), "org.example." + type)
                .directory(project.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals(0, process.waitFor(), () -> "the tests of " + type + " did not run");
        return Files.readAllLines(out).stream()
                .filter(line -> line.startsWith("PASSED ") || line.startsWith("FAILED "))
                .toList();
    }
}
