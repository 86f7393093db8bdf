package org.plumbline.verification.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/paper-map.md} names classes and methods that are in the main sources. */
class PaperMapTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path PAGE = ROOT.resolve("docs/paper-map.md");
    private static final Path MAIN = Path.of("src", "main");

    /** The last two cells of a row: a class and a method. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\|.*\\| `(\\w+)` \\| `(\\w+)` \\|$");

    private record Entry(String type, String method) {}

    @TestFactory
    Stream<DynamicTest> everyClassHasTheMethod() throws IOException {
        List<Entry> entries = entries();
        assertTrue(entries.size() > 30, entries::toString);
        List<Path> sources = mainSources();
        return entries.stream().map(entry -> DynamicTest.dynamicTest(entry.type() + "." + entry.method(), () -> {
            List<Path> files = sources.stream()
                    .filter(file -> file.endsWith(entry.type() + ".java")).toList();
            assertEquals(1, files.size(), () -> entry.type() + ".java in the main sources: " + files);
            assertTrue(Pattern.compile("\\b" + entry.method() + "\\b")
                    .matcher(withoutComments(Files.readString(files.getFirst()))).find(),
                    () -> files.getFirst() + " has no " + entry.method());
        }));
    }

    /** A row that the pattern does not take would go unchecked. */
    @Test
    void everyRowNamesAClassAndAMethod() throws IOException {
        List<String> rows = page().lines()
                .filter(line -> line.startsWith("|") && !line.startsWith("|---") && !line.endsWith("| method |"))
                .toList();
        assertEquals(List.of(), rows.stream().filter(row -> !ROW.matcher(row).matches()).toList());
    }

    private static List<Entry> entries() throws IOException {
        return ROW.matcher(page()).results().map(row -> new Entry(row.group(1), row.group(2))).distinct().toList();
    }

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    private static List<Path> mainSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                return name.equals("target") || name.equals(".git")
                        ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().contains(MAIN.toString()) && file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "");
    }
}
