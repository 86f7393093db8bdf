package org.plumbline.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.plumbline.io.InputException;

/**
 * A regular expression, or a literal text, from a tokenizer's file. Matching is guarded: an expression that backtracks
 * without end, or deeper than the stack, is an {@link InputException} that names it.
 */
final class TextPattern implements Spans.Finder {

    /** Reads of a character that a search may take, for each character of text; those in use take fewer than ten. */
    private static final long READS_PER_CHARACTER = 256;

    private static final long READS_AT_LEAST = 100_000;

    private final String source;
    private final Pattern pattern;

    private TextPattern(String source, Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
    }

    static TextPattern literal(String text) {
        return new TextPattern(text, Pattern.compile(text, Pattern.LITERAL));
    }

    /** The value of a field {@code {"String": …}} or {@code {"Regex": …}}. */
    static TextPattern of(JsonField field) {
        field.onlyKeys("String", "Regex");
        if (!field.at("String").isNull()) {
            return literal(field.at("String").string());
        }
        return regex(field.at("Regex"));
    }

    private static TextPattern regex(JsonField field) {
        String source = field.string();
        String translated = OnigurumaSyntax.translate(
                source, found -> field.expected("a regular expression of the supported kind, without " + found));
        try {
            return new TextPattern(source, Pattern.compile(translated, OnigurumaSyntax.FLAGS));
        } catch (PatternSyntaxException e) {
            throw field.expected("a regular expression: " + e.getDescription());
        } catch (StackOverflowError _) {
            throw field.expected("a regular expression that nests less deep");
        }
    }

    /** An expression of this library's own. */
    static TextPattern trusted(String source) {
        return new TextPattern(source, Pattern.compile(source, OnigurumaSyntax.FLAGS));
    }

    @Override
    public void find(CharSequence text, int from, int to, Spans found) {
        Matcher matcher = pattern.matcher(text).region(from, to);
        int previous = from;
        try {
            while (matcher.find()) {
                int start = matcher.start();
                int end = matcher.end();
                boolean emptyAfterMatch = start == end && start == previous && start > from;
                if (emptyAfterMatch || splitsPair(text, start) || splitsPair(text, end)) {
                    continue;
                }
                if (previous < start) {
                    found.add(previous, start, false);
                }
                found.add(start, end, true);
                previous = end;
            }
        } catch (StackOverflowError _) {
            throw new InputException("tokenizer: the regular expression '" + source
                    + "' goes deeper than the stack on this text, expected one without repeated groups");
        }
        if (previous < to) {
            found.add(previous, to, false);
        }
    }

    /** The text, for one search of all of it: reading it more often than any sensible expression does is an error. */
    CharSequence guarded(String text) {
        return new Guarded(text, source, new long[] {READS_AT_LEAST + READS_PER_CHARACTER * text.length()});
    }

    private static boolean splitsPair(CharSequence text, int index) {
        return index > 0
                && index < text.length()
                && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
    }

    private record Guarded(String text, String source, long[] left) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new InputException("tokenizer: the regular expression '" + source
                        + "' backtracks too often on a text of " + text.length()
                        + " characters, expected one whose time is proportional to the text");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
