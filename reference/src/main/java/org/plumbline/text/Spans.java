package org.plumbline.text;

import java.util.Arrays;

/** A growing list of parts of a text, from a first character to one past the last. */
final class Spans {

    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private boolean[] matched = new boolean[16];
    private int size;

    static Spans whole(String text) {
        Spans spans = new Spans();
        spans.add(0, text.length(), false);
        return spans;
    }

    void add(int start, int end, boolean match) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            matched = Arrays.copyOf(matched, 2 * size);
        }
        starts[size] = start;
        ends[size] = end;
        matched[size++] = match;
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /** Whether the part is a match of the pattern that made it. */
    boolean matched(int i) {
        return matched[i];
    }

    /** Finds the matches of something in a part of a text. */
    @FunctionalInterface
    interface Finder {
        /** Adds matches and what lies between them, in order, from {@code from} to {@code to} without gap. */
        void find(CharSequence text, int from, int to, Spans found);
    }
}
