package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** JSON reaches terminals: no character of a text from a corpus acts there, and none is lost. */
class JsonEscapesTest {
    private static final Path SOURCE = Path.of("test");

    @Property
    void everyTextReadsBack(@ForAll String key, @ForAll String text) {
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(key + text));
        for (String json : new String[] {Json.line(Map.of(key, text)), Json.pretty(Map.of(key, text))}) {
            assertEquals(text, Json.parse(SOURCE, json.getBytes(StandardCharsets.UTF_8)).get(key).stringValue());
            assertTrue(json.codePoints().noneMatch(c -> c != '\n' && Character.isISOControl(c)
                    || c >= 0x200e && c <= 0x200f || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069), json);
        }
    }

    @Test
    void c1ControlsAndMarksOfDirectionAreEscapes() {
        assertEquals("\"a\\u009b31m \\u202eb\\u2066 \\u007f\\u061c é 文\"",
                Json.line("a\u009b31m \u202eb\u2066 \u007f\u061c é 文"));
    }
}
