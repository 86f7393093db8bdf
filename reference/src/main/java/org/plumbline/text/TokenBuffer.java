package org.plumbline.text;

import java.util.Arrays;

/** A growing list of tokens and their places. */
final class TokenBuffer {

    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int size;

    TokenBuffer(int expected) {
        int capacity = Math.max(16, expected);
        ids = new int[capacity];
        starts = new int[capacity];
        ends = new int[capacity];
    }

    void add(int id, int start, int end) {
        if (size == ids.length) {
            int capacity = Math.addExact(size, size >> 1);
            ids = Arrays.copyOf(ids, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        ids[size] = id;
        starts[size] = start;
        ends[size++] = end;
    }

    /** Adds the tokens of a word whose first character is {@code text.text().charAt(start)}. */
    void add(BpeModel.Word word, AlignedText text, int start) {
        int index = start;
        int within = 0;
        int from = text.origins()[start];
        for (int t = 0; t < word.ids().length; t++) {
            int left = word.lengths()[t];
            while (left > 0) {
                int codePoint = text.text().codePointAt(index);
                int step = Math.min(left, Utf8.length(codePoint) - within);
                left -= step;
                within += step;
                if (within == Utf8.length(codePoint)) {
                    index += Character.charCount(codePoint);
                    within = 0;
                }
            }
            int to = text.origin(index, within);
            add(word.ids()[t], from, to);
            from = to;
        }
    }

    Encoding encoding() {
        return new Encoding(Arrays.copyOf(ids, size), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
    }
}
