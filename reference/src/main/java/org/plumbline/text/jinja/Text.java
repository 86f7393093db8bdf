package org.plumbline.text.jinja;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Strings as Python has them: of code points, with Unicode's white space. */
final class Text {
    private Text() {}

    static boolean isSpace(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85;
    }

    /**
     * Without some characters at its ends.
     *
     * @param characters which; {@code null} for white space
     */
    static String strip(String text, @Nullable String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && goes(text.codePointAt(from), characters)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && goes(text.codePointBefore(to), characters)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean goes(int point, @Nullable String characters) {
        return characters == null ? isSpace(point) : characters.indexOf(point) >= 0;
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }
}
