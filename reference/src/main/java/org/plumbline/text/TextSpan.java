package org.plumbline.text;

/**
 * A part of a text, in bytes of its UTF-8 form.
 *
 * @param from its first byte
 * @param to one past the last
 */
public record TextSpan(int from, int to) {

    /** Whether it holds a byte of a token; an empty token belongs to what is before it. */
    boolean holds(int start, int end) {
        return start < end ? start < to && end > from : start > from && start <= to;
    }
}
