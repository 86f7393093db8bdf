package org.plumbline.text;

import java.nio.charset.StandardCharsets;

/**
 * The 256 characters that stand for bytes in the vocabularies of byte-level tokenizers, as GPT-2 has them: a byte that
 * is a visible character of Latin-1 stands for itself, the others take the characters from U+0100 on, in order. So a
 * vocabulary of byte strings is a JSON file of visible text; a space is {@code Ġ}.
 */
final class ByteAlphabet {

    private static final char FIRST_OTHER = 0x100;
    private static final char[] CHARACTERS = new char[256];
    private static final byte[] BYTES = new byte[2 * FIRST_OTHER];
    private static final boolean[] KNOWN = new boolean[BYTES.length];

    static {
        char other = FIRST_OTHER;
        for (int b = 0; b < CHARACTERS.length; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xa1 && b != 0xad;
            char c = visible ? (char) b : other++;
            CHARACTERS[b] = c;
            BYTES[c] = (byte) b;
            KNOWN[c] = true;
        }
    }

    private ByteAlphabet() {}

    /** The character of a byte. */
    static char character(int unsignedByte) {
        return CHARACTERS[unsignedByte];
    }

    /** The characters of a text's UTF-8 bytes. */
    static String encode(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        char[] characters = new char[utf8.length];
        for (int i = 0; i < utf8.length; i++) {
            characters[i] = CHARACTERS[Byte.toUnsignedInt(utf8[i])];
        }
        return new String(characters);
    }

    /**
     * The bytes of a token; a token with any other character is its own UTF-8 form, as added tokens with a space are.
     */
    static byte[] decode(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= KNOWN.length || !KNOWN[c]) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = BYTES[c];
        }
        return bytes;
    }
}
