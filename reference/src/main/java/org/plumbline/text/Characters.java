package org.plumbline.text;

import org.plumbline.io.InputException;

/** Classes of characters as tokenizers' files mean them. */
final class Characters {

    /** Longest run of marks that is normalized: sorting them takes time that is quadratic in its length. */
    static final int MAX_MARKS = 1000;

    private Characters() {}

    /** Unicode's property White_Space; all of them are in the basic plane. */
    static boolean isWhiteSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r' || c == 0x85 || c >= 0x80 && Character.isSpaceChar(c);
    }

    /** General category N. */
    static boolean isNumeric(int c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    /** ASCII's punctuation, symbols among it, and general category P. */
    static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** What {@code \w} matches in Unicode's recommendation (UTS #18). */
    static boolean isWord(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.CONNECTOR_PUNCTUATION -> true;
            default -> Character.isAlphabetic(c) || c == 0x200c || c == 0x200d;
        };
    }

    /**
     * Marks, modifiers, and the letters that compose with the one before: Hangul vowels and finals, Kirat Rai vowels.
     */
    static boolean joinsPrevious(int c) {
        return isMark(c)
                || Character.getType(c) == Character.MODIFIER_LETTER
                || c >= 0x1160 && c <= 0x11ff
                || c >= 0xd7b0 && c <= 0xd7ff
                || c >= 0x16d63 && c <= 0x16d6a;
    }

    /**
     * Halfwidth voiced sound marks count: compatibility makes marks of them.
     *
     * @throws InputException if more than {@link #MAX_MARKS} marks follow one another
     */
    static void requireShortMarkRuns(String text) {
        int run = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            boolean mark = codePoint >= 0x300 && (isMark(codePoint) || codePoint == 0xff9e || codePoint == 0xff9f);
            run = mark ? run + 1 : 0;
            if (run > MAX_MARKS) {
                throw new InputException("text: found more than " + MAX_MARKS + " marks in a row at character "
                        + i + ", expected text that can be normalized");
            }
        }
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }
}
