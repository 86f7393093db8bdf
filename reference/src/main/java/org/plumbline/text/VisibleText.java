package org.plumbline.text;

import java.util.Locale;

/** Untrusted text for a terminal. */
public final class VisibleText {
    private VisibleText() {}

    /** The text on one line, with everything that a terminal could take for an instruction made visible. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (Character.getType(point)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                        Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED ->
                        escaped.append(point == '\n' ? "\\n" : point == '\t' ? "\\t"
                                : String.format(Locale.ROOT, "\\u{%x}", point));
                default -> escaped.appendCodePoint(point);
            }
        });
        return escaped.toString();
    }

    /** At most {@code points} characters of the text, an ellipsis for the rest. */
    public static String shortened(String text, int points) {
        return text.codePointCount(0, text.length()) <= points
                ? text
                : text.substring(0, text.offsetByCodePoints(0, points)) + "…";
    }
}
