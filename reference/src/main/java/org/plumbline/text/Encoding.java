package org.plumbline.text;

/**
 * Tokens of a text and where each lies: token {@code t} is {@code ids[t]} and covers the bytes {@code starts[t] ..
 * ends[t]} of the text's UTF-8 form, the end excluded. Tokens follow one another without overlap; a tokenizer that
 * keeps the whole text leaves no gap from byte 0 to the last. A token that the tokenizer itself puts in is empty.
 *
 * <p>The arrays are the encoding's own, for texts of a million tokens: treat them as read-only.
 *
 * @param ids token ids
 * @param starts first byte of each token
 * @param ends one past the last byte of each token
 */
public record Encoding(int[] ids, int[] starts, int[] ends) {

    /** Checks that the three agree in length. */
    public Encoding {
        if (starts.length != ids.length || ends.length != ids.length) {
            throw new IllegalArgumentException("found " + ids.length + " ids, " + starts.length + " starts and "
                    + ends.length + " ends, expected as many of each");
        }
    }

    /** Number of tokens. */
    public int size() {
        return ids.length;
    }
}
