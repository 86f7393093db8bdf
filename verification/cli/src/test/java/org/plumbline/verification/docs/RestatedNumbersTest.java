package org.plumbline.verification.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A paragraph after {@code <!-- numbers: PAGE -->} restates numbers of {@code docs/PAGE}: each of its decimal numbers
 * is a number there, too, outside of such paragraphs.
 */
class RestatedNumbersTest {
    private static final Path FOLDER = Path.of("../../docs");
    private static final Pattern PARAGRAPH =
            Pattern.compile("<!-- numbers: (\\S+) -->\n((?:[^\n]+\n)+)");
    private static final Pattern LINK = Pattern.compile("\\]\\([^)]*\\)");

    /** With a point or an exponent; not part of a name such as a version or a file. */
    private static final Pattern DECIMAL =
            Pattern.compile("(?<![\\w.])-?\\d+(?:\\.\\d+(?:e-?\\d+)?|e-?\\d+)(?!\\w|\\.\\w)");

    @TestFactory
    Stream<DynamicTest> everyRestatedNumberIsThere() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(FOLDER.resolve("../README.md")));
        try (Stream<Path> files = Files.list(FOLDER)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        List<DynamicTest> tests = pages.stream().flatMap(page -> PARAGRAPH.matcher(read(page)).results()
                .map(paragraph -> test(page, paragraph))).toList();
        assertFalse(tests.isEmpty());
        return tests.stream();
    }

    private static DynamicTest test(Path page, MatchResult paragraph) {
        String text = LINK.matcher(paragraph.group(2)).replaceAll("]");
        String name = page.getFileName() + ": " + text.lines().findFirst().orElseThrow();
        return DynamicTest.dynamicTest(name, () -> {
            Set<Double> numbers = numbers(PARAGRAPH.matcher(read(FOLDER.resolve(paragraph.group(1)))).replaceAll(""));
            List<Double> restated = new ArrayList<>(numbers(text));
            assertTrue(restated.size() > 1, restated::toString);
            restated.removeAll(numbers);
            assertEquals(List.of(), restated, () -> "not in " + paragraph.group(1));
        });
    }

    private static Set<Double> numbers(String text) {
        return DECIMAL.matcher(text).results().map(number -> Double.valueOf(number.group()))
                .collect(Collectors.toSet());
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
