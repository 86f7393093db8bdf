package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.PlumblineException;

/** A file that is not the record that it should be: all faults in one line, in the words of the file. */
class JsonFaultsTest {

    private record Inner(int count, String name) {}

    private record Outer(long size, double rate, boolean flag, List<Inner> inner, Map<String, String> notes) {}

    private static Outer parse(String json) {
        return Json.parse(Path.of("f"), json.getBytes(StandardCharsets.UTF_8), Outer.class);
    }

    @Test
    void allFaultsAreNamedTogether() {
        String message = assertThrows(MalformedFileException.class, () -> parse("""
                {"size": 1.5, "rate": "fast", "notes": {"a": 1}, "inner": [{"count": 1, "nam": "x"}, 7], "extra": {}}
                """)).getMessage();
        assertEquals("f: missing: flag; unknown: extra; size: found 1.5, expected a whole number; "
                + "rate: found \"fast\", expected a number; missing in inner[0]: name; unknown in inner[0]: nam; "
                + "inner[1]: found 7, expected an object; notes.a: found 1, expected a string", message);
    }

    @Test
    void whatFitsIsRead() {
        assertEquals(new Outer(1L << 40, Double.POSITIVE_INFINITY, true, List.of(new Inner(3, null)), Map.of("a", "b")),
                parse("""
                        {"size": 1099511627776, "rate": "Infinity", "flag": true,
                         "inner": [{"count": 3, "name": null}], "notes": {"a": "b"}}
                        """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[]", "\"x\"", "null", "true", "{\"size\": 9223372036854775808}", "{\"inner\": {}}"})
    void otherTreesAreRefused(String json) {
        String message = assertThrows(MalformedFileException.class, () -> parse(json)).getMessage();
        assertTrue(message.length() < 400 && message.contains("expected"), message);
    }

    @Test
    void whatIsLeftOutIsThatOfTheDefaults(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("f.json"), "{\"size\": 5}");
        Outer defaults = new Outer(1, 0.5, true, List.of(), Map.of());
        assertEquals(new Outer(5, 0.5, true, List.of(), Map.of()), Json.readOver(file, defaults));
        Files.writeString(file, "{\"sise\": 5, \"rate\": null}");
        assertEquals(file + ": unknown: sise; rate: found null, expected a number",
                assertThrows(MalformedFileException.class, () -> Json.readOver(file, defaults)).getMessage());
    }

    /** However long a name in a file is, and whatever stands in it. */
    @Test
    void aMessageIsOneLineOfBoundedLength() {
        String name = "\u001b[31m\n\u0085\u202e" + "x".repeat(1_000_000);
        String message = assertThrows(MalformedFileException.class,
                () -> parse("{" + Json.line(name) + ": 1}")).getMessage();
        assertTrue(message.length() <= PlumblineException.LONGEST, () -> "found " + message.length());
        assertTrue(message.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), message);
        String shown = PlumblineException.oneLine("begin " + "\n".repeat(100_000) + " end");
        assertTrue(shown.length() <= PlumblineException.LONGEST && shown.startsWith("begin \\u000a"), shown);
        assertTrue(shown.endsWith("\\u000a end"), shown);
    }
}
