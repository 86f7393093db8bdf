package org.plumbline.text;

import java.util.function.Consumer;

/**
 * Cuts a text into the pieces that merges stay inside. Every character belongs to exactly one piece:
 *
 * <ul>
 *   <li>a run of letters and marks, of digits, or of other visible characters, with one space
 *       before it if there is one;
 *   <li>a line feed or carriage return, alone;
 *   <li>a run of other white space, but for the space that the next piece takes.
 * </ul>
 *
 * <p>A run ends after {@value #MAX_CHARACTERS} characters, so that a text without spaces costs no more than any other.
 */
final class WordSplitter {

    static final int MAX_CHARACTERS = 64;

    private enum Kind {
        LETTER,
        DIGIT,
        OTHER,
        LINE_END,
        SPACE
    }

    private WordSplitter() {}

    static void split(String text, Consumer<String> piece) {
        int start = 0;
        while (start < text.length()) {
            int end = pieceEnd(text, start);
            piece.accept(text.substring(start, end));
            start = end;
        }
    }

    private static int pieceEnd(String text, int start) {
        int first = text.codePointAt(start);
        int next = start + Character.charCount(first);
        return switch (kind(first)) {
            case LINE_END -> next;
            case LETTER, DIGIT, OTHER -> runEnd(text, start, MAX_CHARACTERS);
            case SPACE -> {
                if (first == ' ' && startsWord(text, next)) {
                    yield runEnd(text, next, MAX_CHARACTERS - 1);
                }
                int end = runEnd(text, start, MAX_CHARACTERS);
                // The last space of several goes with the word after it.
                yield end - 1 > start && text.charAt(end - 1) == ' ' && startsWord(text, end) ? end - 1 : end;
            }
        };
    }

    private static boolean startsWord(String text, int index) {
        return index < text.length()
                && switch (kind(text.codePointAt(index))) {
                    case LETTER, DIGIT, OTHER -> true;
                    case LINE_END, SPACE -> false;
                };
    }

    /** The end of the run of characters of one kind that begins at {@code start}. */
    private static int runEnd(String text, int start, int maxCharacters) {
        Kind kind = kind(text.codePointAt(start));
        int end = start;
        for (int count = 0; count < maxCharacters && end < text.length(); count++) {
            int codePoint = text.codePointAt(end);
            if (kind(codePoint) != kind) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return end;
    }

    private static Kind kind(int codePoint) {
        if (codePoint == '\n' || codePoint == '\r') {
            return Kind.LINE_END;
        }
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> Kind.LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Kind.DIGIT;
            default -> Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) ? Kind.SPACE : Kind.OTHER;
        };
    }
}
