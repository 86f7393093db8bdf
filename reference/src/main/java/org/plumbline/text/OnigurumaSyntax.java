package org.plumbline.text;

import java.lang.Character.UnicodeScript;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Rewrites a regular expression in Oniguruma's Ruby syntax, which {@code tokenizer.json} holds, for {@link Pattern}.
 *
 * <p>The two agree on most of what tokenizers use; where they do not, the expression is rewritten ({@code \w},
 * {@code \v}, {@code \h}, {@code (?m)}, {@code X{1,3}+}) or refused. What is not known to mean the same in both is
 * refused: back references, named groups, comments, POSIX brackets, nested sets in a negated one, counted repetition of
 * a group (which could loop without reading text).
 */
final class OnigurumaSyntax {

    /** Classes are Unicode's; {@code ^} and {@code $} match at line feeds, and at no other line end, as in Ruby. */
    static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    private static final int MAX_LENGTH = 1 << 14;
    private static final int MAX_COUNT = 100_000;
    private static final int SHOWN = 30;

    /** Superscripts and fractions of Latin-1 are word characters there; joiners are not. */
    private static final String WORD = "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be";

    private final String source;
    private final Function<String, RuntimeException> failure;
    private final StringBuilder out = new StringBuilder();
    private int position;
    private int elementStart;
    /** Where the last thing that can be repeated begins in the output, or −1. */
    private int atom = -1;

    private OnigurumaSyntax(String source, Function<String, RuntimeException> failure) {
        this.source = source;
        this.failure = failure;
    }

    /**
     * @param failure makes the error from what was found
     * @return the expression for {@link Pattern#compile(String, int)} with {@link #FLAGS}
     */
    static String translate(String source, Function<String, RuntimeException> failure) {
        if (source.length() > MAX_LENGTH) {
            throw failure.apply("more than " + MAX_LENGTH + " characters");
        }
        OnigurumaSyntax syntax = new OnigurumaSyntax(source, failure);
        while (syntax.position < source.length()) {
            syntax.element();
        }
        return syntax.out.toString();
    }

    private void element() {
        elementStart = position;
        char c = source.charAt(position);
        switch (c) {
            case '\\' -> escape(false);
            case '[' -> set();
            case '(' -> open();
            case '{' -> interval();
            case '*', '+', '?' -> {
                out.append(c);
                position++;
                take('+', '?');
                atom = -1;
            }
            case ')', '|', '^', '$' -> {
                out.append(c);
                position++;
                atom = -1;
            }
            default -> literal();
        }
    }

    private void literal() {
        int codePoint = source.codePointAt(position);
        atom = out.length();
        out.append(codePoint == '}' || codePoint == ']' ? "\\" : "").appendCodePoint(codePoint);
        position += Character.charCount(codePoint);
    }

    private void take(char first, char second) {
        if (position < source.length() && (source.charAt(position) == first || source.charAt(position) == second)) {
            out.append(source.charAt(position++));
        }
    }

    private void open() {
        atom = -1;
        if (!source.startsWith("(?", position)) {
            out.append("(?:");
            position++;
            return;
        }
        for (String known : new String[] {
            "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i)", "(?i:", "(?-i:", "(?-i)"
        }) {
            if (source.startsWith(known, position)) {
                out.append(known);
                position += known.length();
                return;
            }
        }
        for (String dotAll : new String[] {"(?m:", "(?m)"}) {
            if (source.startsWith(dotAll, position)) {
                out.append("(?s").append(dotAll.charAt(3));
                position += dotAll.length();
                return;
            }
        }
        throw unsupported(position + 3);
    }

    private void interval() {
        int end = source.indexOf('}', position);
        String inside = end < 0 ? "" : source.substring(position + 1, end);
        if (!inside.matches("[0-9]{1,6}(,[0-9]{0,6})?|,[0-9]{1,6}")) {
            atom = out.length();
            out.append("\\{");
            position++;
            return;
        }
        int comma = inside.indexOf(',');
        int low = comma == 0 ? 0 : Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
        String high = comma < 0 ? String.valueOf(low) : inside.substring(comma + 1);
        boolean upsideDown = !high.isEmpty() && Integer.parseInt(high) < low;
        if (atom < 0 || upsideDown || low > MAX_COUNT || !high.isEmpty() && Integer.parseInt(high) > MAX_COUNT) {
            throw unsupported(end + 1);
        }
        position = end + 1;
        boolean plus = position < source.length() && source.charAt(position) == '+';
        boolean question = position < source.length() && source.charAt(position) == '?';
        if (plus) {
            // Not possessive there: one or more of these repetitions.
            if (low != 1) {
                throw unsupported(position + 1);
            }
            position++;
            out.append('+');
        } else {
            out.append('{').append(low).append(comma < 0 ? "}" : "," + high + "}");
        }
        if (question) {
            if (comma < 0) {
                throw unsupported(position + 1);
            }
            out.append('?');
            position++;
        }
        atom = -1;
    }

    private void set() {
        atom = out.length();
        setBody(false);
    }

    /** A set from its bracket to the end of it. */
    private void setBody(boolean nested) {
        int start = position++;
        out.append('[');
        boolean negated = position < source.length() && source.charAt(position) == '^';
        if (negated) {
            if (nested) {
                throw unsupported(position + 1);
            }
            out.append('^');
            position++;
        }
        boolean empty = true;
        while (position < source.length()) {
            char c = source.charAt(position);
            if (c == ']' && !empty) {
                out.append(']');
                position++;
                return;
            }
            empty = false;
            if (c == '\\') {
                negatedWord(negated);
                escape(true);
            } else if (c == '[') {
                if (negated || nested || source.startsWith("[:", position)) {
                    throw unsupported(position + 2);
                }
                setBody(true);
            } else if (source.startsWith("&&", position)) {
                throw unsupported(position + 2);
            } else {
                int codePoint = source.codePointAt(position);
                out.append(c == ']' || c == '&' || c == '^' ? "\\" : "").appendCodePoint(codePoint);
                position += Character.charCount(codePoint);
            }
        }
        throw failure.apply("a set without end at character " + start);
    }

    private void negatedWord(boolean inNegated) {
        boolean nests = source.startsWith("\\W", position) || source.startsWith("\\H", position);
        if (inNegated && nests) {
            throw unsupported(position + 2);
        }
    }

    private void escape(boolean inSet) {
        if (position + 1 >= source.length()) {
            throw failure.apply("a backslash at its end");
        }
        char c = source.charAt(position + 1);
        int start = out.length();
        position += 2;
        atom = start;
        switch (c) {
            case 's', 'S', 'd', 'D', 'r', 'n', 't', 'f', 'a', 'e' -> out.append('\\').append(c);
            case 'v' -> out.append("\\x0b");
            case 'w' -> out.append(inSet ? WORD : "[" + WORD + "]");
            case 'W' -> out.append("[^" + WORD + "]");
            case 'h' -> out.append(inSet ? "0-9a-fA-F" : "[0-9a-fA-F]");
            case 'H' -> out.append("[^0-9a-fA-F]");
            case 'p', 'P' -> property(c);
            case 'u' -> hexadecimal(4);
            case 'x' -> hexadecimal(2);
            case 'b', 'B', 'A', 'z', 'Z' -> {
                if (inSet) {
                    throw unsupported(position);
                }
                boundary(c);
                atom = -1;
            }
            default -> {
                if (c >= 0x80 || Character.isLetterOrDigit(c)) {
                    throw unsupported(position);
                }
                out.append('\\').append(c);
            }
        }
    }

    private void boundary(char c) {
        String in = "[" + WORD + "]";
        switch (c) {
            case 'b' -> out.append("(?:(?<=" + in + ")(?!" + in + ")|(?<!" + in + ")(?=" + in + "))");
            case 'B' -> out.append("(?:(?<=" + in + ")(?=" + in + ")|(?<!" + in + ")(?!" + in + "))");
            default -> out.append('\\').append(c);
        }
    }

    /** General categories by their short names, and scripts. */
    private void property(char letter) {
        int end = source.indexOf('}', position);
        if (end < 0 || source.charAt(position) != '{') {
            throw unsupported(Math.min(source.length(), position + 1));
        }
        String name = source.substring(position + 1, end);
        boolean negated = name.startsWith("^");
        String bare = negated ? name.substring(1) : name;
        char sign = letter == 'P' ^ negated ? 'P' : 'p';
        if (bare.matches("L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfnos]?")) {
            out.append('\\').append(sign).append('{').append(bare).append('}');
        } else if (isScript(bare)) {
            out.append('\\').append(sign).append("{script=").append(bare).append('}');
        } else {
            throw unsupported(end + 1);
        }
        position = end + 1;
    }

    private static boolean isScript(String name) {
        try {
            UnicodeScript.forName(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void hexadecimal(int digits) {
        int end = position + digits;
        boolean braces = digits == 2 && position < source.length() && source.charAt(position) == '{';
        if (braces) {
            end = source.indexOf('}', position);
        }
        String value = end < 0 || end > source.length() ? "" : source.substring(position + (braces ? 1 : 0), end);
        if (!value.matches(braces ? "[0-9a-fA-F]{1,6}" : "[0-9a-fA-F]{" + digits + "}")
                || Integer.parseInt(value, 16) > Character.MAX_CODE_POINT
                || digits == 2 && !braces && Integer.parseInt(value, 16) > 0x7f) {
            throw unsupported(Math.min(source.length(), position + digits));
        }
        out.append("\\x{").append(value).append('}');
        position = braces ? end + 1 : end;
    }

    /** The construct that ends before {@code end}. */
    private RuntimeException unsupported(int end) {
        int to = Math.min(Math.min(end, source.length()), elementStart + SHOWN);
        return failure.apply("'" + source.substring(elementStart, to) + "' at character " + elementStart);
    }
}
