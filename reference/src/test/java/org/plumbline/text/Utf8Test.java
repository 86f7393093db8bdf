package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;

class Utf8Test {

    @TempDir
    Path folder;

    private Path file(int... bytes) throws IOException {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return Files.write(folder.resolve("f.txt"), content);
    }

    @Test
    void textIsReadAsItIs() throws IOException {
        String text = "é\r\n日本 🙂\0\ufeff\n";
        Path file = Files.writeString(folder.resolve("f.txt"), text);
        assertEquals(text, Utf8.read(file));
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Utf8.encode(text));
        assertEquals("a", Utf8.read(file(0xef, 0xbb, 0xbf, 'a')));
    }

    @Test
    void theFirstBadByteIsNamed() throws IOException {
        int[][] bad = {
            {'a', 'b', 0xff, 'c'}, // never valid
            {'a', 'b', 0xc0, 0x80}, // overlong
            {'a', 'b', 0xed, 0xa0, 0x80}, // a surrogate
            {'a', 'b', 0xe2, 0x82} // cut off
        };
        for (int[] bytes : bad) {
            Path file = file(bytes);
            MalformedFileException e = assertThrows(MalformedFileException.class, () -> Utf8.read(file));
            assertEquals(
                    String.format("%s: found byte 0x%02x at offset 2, expected UTF-8 text", file, bytes[2]),
                    e.getMessage());
        }
    }

    @Test
    void filesWithoutTextAreRefused() throws IOException {
        for (int[] bytes : new int[][] {{}, {0xef, 0xbb, 0xbf}, {' ', '\n', '\t'}}) {
            Path file = file(bytes);
            InputException e = assertThrows(InputException.class, () -> Utf8.read(file));
            assertTrue(e.getMessage().endsWith("expected text"), e.getMessage());
        }
        assertThrows(InputException.class, () -> Utf8.read(folder));
        assertThrows(InputException.class, () -> Utf8.read(folder.resolve("missing")));
    }
}
