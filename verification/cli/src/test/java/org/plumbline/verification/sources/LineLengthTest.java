package org.plumbline.verification.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code CONTRIBUTING.md} promises 120 columns. A column is a character, however many bytes it takes. No import is
 * unused: the compiler checks that in main code, this test in all.
 */
class LineLengthTest {
    private static final Path ROOT = Path.of("../..");
    private static final int COLUMNS = 120;
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?[\\w.]+\\.(\\w+);$", Pattern.MULTILINE);
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");

    @TestFactory
    Stream<DynamicTest> noLineOfAModuleIsLonger() throws IOException {
        return nothingIsFound(LineLengthTest::longLines);
    }

    @TestFactory
    Stream<DynamicTest> noImportOfAModuleIsUnused() throws IOException {
        return nothingIsFound(LineLengthTest::unusedImports);
    }

    private static Stream<DynamicTest> nothingIsFound(Search search) throws IOException {
        List<Path> modules = modules(ROOT);
        assertTrue(modules.size() > 5, modules::toString);
        return modules.stream().map(module -> DynamicTest.dynamicTest(ROOT.relativize(module).toString(), () -> {
            List<Path> sources = sources(module.resolve("src"));
            assertFalse(sources.isEmpty());
            assertEquals("", String.join("\n", search.in(sources)));
        }));
    }

    private interface Search {
        List<String> in(List<Path> sources) throws IOException;
    }

    /** The modules with sources that the pom in {@code folder} lists, or those below that list them. */
    private static List<Path> modules(Path folder) throws IOException {
        List<Path> modules = new ArrayList<>();
        for (MatchResult module : MODULE.matcher(Files.readString(folder.resolve("pom.xml"))).results().toList()) {
            Path child = folder.resolve(module.group(1));
            if (Files.isDirectory(child.resolve("src"))) {
                modules.add(child);
            }
            modules.addAll(modules(child));
        }
        return modules;
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static List<String> longLines(List<Path> sources) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                int columns = lines.get(i).codePointCount(0, lines.get(i).length());
                if (columns > COLUMNS) {
                    found.add(ROOT.relativize(source) + ":" + (i + 1) + ": " + columns + " columns");
                }
            }
        }
        return found;
    }

    /** A name in a comment counts as used: Javadoc links to it. */
    private static List<String> unusedImports(List<Path> sources) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            String text = Files.readString(source);
            String body = IMPORT.matcher(text).replaceAll("");
            for (MatchResult imported : IMPORT.matcher(text).results().toList()) {
                if (!Pattern.compile("\\b" + imported.group(1) + "\\b").matcher(body).find()) {
                    found.add(ROOT.relativize(source) + ": " + imported.group());
                }
            }
        }
        return found;
    }
}
