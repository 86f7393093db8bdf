package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.io.Hashes;
import tools.jackson.databind.JsonNode;

/**
 * One command of a trial, and what it must do: an object with the fields below, of which all but one of the first two
 * may be missing. {@code {folder}} stands for the copy of the trial's folder, {@code {data}} for the folder of the
 * bundled corpora.
 *
 * <ul>
 *   <li>{@code run}: the arguments, the command's name first, or {@code test}: {@code Class#method} of a test in any
 *       module that does what no command line inside this process can; the build runs it there.
 *   <li>{@code exit}: the exit status, 0 if it is missing. With 1 or 2, the last line of standard error must be one of
 *       {@code plumbline:}, of at most 400 characters, and no stack trace.
 *   <li>{@code out}, {@code err}: texts that must stand on standard output, on standard error.
 *   <li>{@code not}: texts that must stand on neither.
 *   <li>{@code exists}, {@code missing}: files that must be there, or not be there, afterwards.
 *   <li>{@code unchanged}: files and folders whose content must be what it was before, byte for byte.
 *   <li>{@code locale}: the language tag of the JVM's default locale during the run, {@code ar-EG}.
 *   <li>{@code jvm}, {@code environment}: options of the JVM and variables (an object), for a process of its own.
 * </ul>
 */
record TrialStep(JsonNode fields, Path folder) {
    private static final Set<String> KNOWN = Set.of("run", "test", "exit", "out", "err", "not", "exists", "missing",
            "unchanged", "locale", "jvm", "environment");
    private static final Path ROOT = Path.of("../..");
    private static final int LONGEST_LINE = 400;

    static TrialStep of(JsonNode fields, Path folder) {
        Set<String> unknown = new TreeSet<>(fields.propertyNames());
        unknown.removeAll(KNOWN);
        assertEquals(Set.of(), unknown, () -> "unknown fields of a step: " + fields);
        assertTrue(fields.has("run") != fields.has("test"), () -> "either 'run' or 'test': " + fields);
        return new TrialStep(fields, folder);
    }

    void run() throws IOException {
        if (fields.has("test")) {
            requireTest(fields.get("test").stringValue());
            return;
        }
        Map<String, String> before = digests("unchanged");
        CommandLineRun run = execute();
        String all = String.join(" ", arguments()) + "\n" + run.out() + run.err();
        int exit = fields.path("exit").asInt(0);
        assertEquals(exit, run.status(), all);
        if (exit != 0) {
            requireOneLine(run.err());
        }
        texts("out").forEach(text -> assertTrue(run.out().contains(text), () -> "not in output: " + text + "\n" + all));
        texts("err").forEach(text -> assertTrue(run.err().contains(text), () -> "not in error: " + text + "\n" + all));
        texts("not").forEach(text -> assertFalse((run.out() + run.err()).contains(text), all));
        texts("exists").forEach(name -> assertTrue(Files.exists(Path.of(name)), () -> name + "\n" + all));
        texts("missing").forEach(name -> assertFalse(Files.exists(Path.of(name)), () -> name + "\n" + all));
        assertEquals(before, digests("unchanged"), all);
    }

    private CommandLineRun execute() throws IOException {
        if (fields.has("jvm") || fields.has("environment")) {
            return ownProcess();
        }
        Locale usual = Locale.getDefault();
        try {
            if (fields.has("locale")) {
                Locale.setDefault(Locale.forLanguageTag(fields.get("locale").stringValue()));
            }
            return CommandLineRun.of(arguments());
        } finally {
            Locale.setDefault(usual);
        }
    }

    private CommandLineRun ownProcess() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector"));
        command.addAll(texts("jvm"));
        command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path",
                System.getProperty("java.class.path")), Main.class.getName()));
        command.addAll(Arrays.asList(arguments()));
        Path out = Files.createTempFile(folder.getParent(), "out", ".txt");
        Path err = Files.createTempFile(folder.getParent(), "err", ".txt");
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectOutput(out.toFile()).redirectError(err.toFile()).directory(folder.toFile());
        fields.path("environment").properties()
                .forEach(variable -> process.environment().put(variable.getKey(), variable.getValue().stringValue()));
        try {
            int status = process.start().waitFor();
            return new CommandLineRun(status, Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String[] arguments() {
        return texts("run").toArray(String[]::new);
    }

    private List<String> texts(String field) {
        return fields.path(field).valueStream().map(JsonNode::stringValue)
                .map(text -> text.replace("{folder}", folder.toString()))
                .map(text -> text.replace("{data}", ROOT.resolve("corpora/src/main/resources/org/plumbline/corpora")
                        .toString()))
                .toList();
    }

    private static void requireOneLine(String err) {
        List<String> lines = err.lines().toList();
        assertFalse(lines.isEmpty(), "nothing on standard error");
        assertTrue(lines.getLast().startsWith("plumbline: "), err);
        assertTrue(lines.getLast().length() <= LONGEST_LINE, err);
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("\tat ")), err);
    }

    /** Digest of every file at or below the named places. */
    private Map<String, String> digests(String field) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (String name : texts(field)) {
            try (Stream<Path> files = Files.walk(Path.of(name))) {
                files.filter(Files::isRegularFile).forEach(file -> digests.put(file.toString(), Hashes.sha256(file)));
            }
        }
        return digests;
    }

    /** The test stands in some module as a test of the default build. */
    private static void requireTest(String name) throws IOException {
        String[] parts = name.split("#");
        assertEquals(2, parts.length, name);
        Pattern method = Pattern.compile("@(?:Test|TestFactory|ParameterizedTest|Property)\\b[^;]*?"
                + "\\bvoid " + Pattern.quote(parts[1]) + "\\(");
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> sources = files
                    .filter(file -> file.endsWith(parts[0] + ".java") && !file.toString().contains("/target/"))
                    .toList();
            assertEquals(1, sources.size(), () -> name + ": found " + sources);
            String source = Files.readString(sources.getFirst());
            assertTrue(method.matcher(source).find(), () -> name + ": no such test in " + sources);
            assertFalse(source.contains("@Disabled"), name);
        }
    }
}
