package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.plumbline.io.InputException;

/** The tokenizer without a vocabulary to learn: token {@code b} is the byte {@code b} of the text's UTF-8 form. */
public final class ByteTokenizer implements Tokenizer {

    private static final int SIZE = 256;

    /** The only one there is; it has no state. */
    public ByteTokenizer() {}

    @Override
    public Encoding encode(String text) {
        byte[] bytes = Utf8.encode(text);
        int[] ids = new int[bytes.length];
        int[] starts = new int[bytes.length];
        int[] ends = new int[bytes.length];
        Arrays.setAll(ids, i -> Byte.toUnsignedInt(bytes[i]));
        Arrays.setAll(starts, i -> i);
        Arrays.setAll(ends, i -> i + 1);
        return new Encoding(ids, starts, ends);
    }

    /** {@inheritDoc} A part of a character that is cut off is replaced. */
    @Override
    public String decode(int... ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            requireKnown(ids[i]);
            bytes[i] = (byte) ids[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int vocabularySize() {
        return SIZE;
    }

    /** The character of a printable ASCII byte, {@code <0x0A>} for any other. */
    @Override
    public String token(int id) {
        requireKnown(id);
        return id >= ' ' && id < 0x7f ? String.valueOf((char) id) : String.format(Locale.ROOT, "<0x%02X>", id);
    }

    /**
     * Writes {@link #json}.
     *
     * @throws InputException if the file cannot be written
     */
    public void save(Path file) {
        ByteLevelFile.write(file, json());
    }

    /**
     * The text of a {@code tokenizer.json} that has the same ids and decodings, for {@link HuggingFaceTokenizer} and
     * for Hugging Face's library: the bytes as vocabulary, no merges and no special tokens.
     */
    public static String json() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int b = 0; b < SIZE; b++) {
            vocabulary.put(String.valueOf(ByteAlphabet.character(b)), b);
        }
        return ByteLevelFile.json(vocabulary, List.of(), List.of(), false);
    }

    private static void requireKnown(int id) {
        if (id < 0 || id >= SIZE) {
            throw new InputException("token id: found " + id + ", expected 0.." + (SIZE - 1));
        }
    }
}
