package org.plumbline.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.MalformedFileException;

/** Strict UTF-8 (RFC 3629): what is no text is refused with its place, never replaced. */
public final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private Utf8() {}

    /**
     * The text in a file, without a leading byte order mark and otherwise as it is: line ends are not converted, so
     * byte offsets into the result are those in the file (less the mark's three).
     *
     * @throws InputException if there is no such file, it cannot be read, or it holds nothing but white space
     * @throws MalformedFileException if it is not UTF-8; the message gives the offset of the first bad byte
     */
    public static String read(Path path) {
        String text = readAny(path);
        if (text.isBlank()) {
            throw new InputException(
                    path + ": found " + (text.isEmpty() ? "an empty file" : "only white space") + ", expected text");
        }
        return text;
    }

    /**
     * As {@link #read}, of a file that may hold nothing.
     *
     * @throws InputException if there is no such file, or it cannot be read
     * @throws MalformedFileException if it is not UTF-8
     */
    public static String readAny(Path path) {
        ByteBuffer bytes = ByteBuffer.wrap(InputFiles.bytes(path));
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            throw new MalformedFileException(path, String.format(Locale.ROOT,
                    "found byte 0x%02x at offset %d, expected UTF-8 text",
                    bytes.get(bytes.position()), bytes.position()));
        }
        chars.flip();
        if (chars.hasRemaining() && chars.charAt(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        return chars.toString();
    }

    /**
     * The UTF-8 form of a text.
     *
     * @throws InputException if the text holds an unpaired surrogate, which has no UTF-8 form
     */
    static byte[] encode(String text) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            requireWellFormed(text);
            throw new AssertionError("only an unpaired surrogate has no UTF-8 form", e);
        }
    }

    /**
     * @throws InputException if the text holds an unpaired surrogate, which has no UTF-8 form
     */
    static void requireWellFormed(String text) {
        if (isWellFormed(text)) {
            return;
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new InputException(String.format(
                        Locale.ROOT, "text: found the unpaired surrogate U+%04X at character %d, "
                        + "expected text that has a UTF-8 form", codePoint, i));
            }
        }
    }

    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Bytes that a code point takes. */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
