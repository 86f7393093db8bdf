package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.plumbline.text.jinja.Token.Kind;

/**
 * Cuts a template into tokens. White space around tags goes as in Jinja with {@code trim_blocks} and {@code
 * lstrip_blocks}: a line end after a block goes, and so does the indentation of a block that begins its line; a minus
 * inside a tag takes all white space on its side, a plus none.
 */
final class Lexer {
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d_]*(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern OPERATOR =
            Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~\\[\\](){}<>=.:|,;]");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    /** Whether what comes next begins a line. */
    private boolean lineStarts = true;

    private Lexer(String source) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int tag = tag();
            if (tag < 0) {
                data(source.substring(at));
                at = source.length();
                break;
            }
            char sort = source.charAt(tag + 1);
            char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
            data(before(source.substring(at, tag), sort, sign));
            advance(tag);
            advance(tag + (sign == '-' || sign == '+' ? 3 : 2));
            switch (sort) {
                case '#' -> comment();
                case '{' -> inside(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, "}}");
                default -> inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
            }
        }
        add(Kind.END, "");
    }

    /** Where the next tag begins, or −1. */
    private int tag() {
        int brace = source.indexOf('{', at);
        while (brace >= 0 && brace + 1 < source.length()) {
            if ("{%#".indexOf(source.charAt(brace + 1)) >= 0) {
                return brace;
            }
            brace = source.indexOf('{', brace + 1);
        }
        return -1;
    }

    private String before(String text, char sort, char sign) {
        if (sign == '-') {
            return Text.strip(text, null, false, true);
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean indents = sort != '{' && sign != '+' && (lineStart > 0 || lineStarts)
                && text.substring(lineStart).isBlank();
        return indents ? text.substring(0, lineStart) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw Errors.at(line, "found a comment without its end '#}'");
        }
        char sign = source.charAt(end - 1);
        advance(end + 2);
        after(sign, true);
    }

    private void inside(Kind begin, Kind end, String mark) {
        add(begin, "");
        int depth = 0;
        while (true) {
            space();
            if (at >= source.length()) {
                throw Errors.at(line, "found the end of the template, expected '" + mark + "'");
            }
            if (depth == 0) {
                char sign = source.charAt(at);
                int skipped = sign == '-' || sign == '+' ? 1 : 0;
                if (source.startsWith(mark, at + skipped)) {
                    add(end, "");
                    advance(at + skipped + 2);
                    after(skipped == 0 ? ' ' : sign, end == Kind.BLOCK_END);
                    return;
                }
            }
            depth += token();
        }
    }

    /** White space after a tag. */
    private void after(char sign, boolean block) {
        int start = at;
        int end = at;
        if (sign == '-') {
            while (end < source.length() && Text.isSpace(source.codePointAt(end))) {
                end++;
            }
        } else if (block && sign != '+' && end < source.length() && source.charAt(end) == '\n') {
            end++;
        }
        advance(end);
        lineStarts = end > start && source.charAt(end - 1) == '\n';
    }

    private void space() {
        int end = at;
        while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
            end++;
        }
        advance(end);
    }

    /** One token inside a tag; how much deeper in brackets it leads. */
    private int token() {
        char first = source.charAt(at);
        if (first == '\'' || first == '"') {
            string(first);
            return 0;
        }
        for (Pattern pattern : new Pattern[] {NAME, NUMBER, OPERATOR}) {
            Matcher matcher = pattern.matcher(source).region(at, source.length());
            if (matcher.lookingAt()) {
                String text = matcher.group();
                add(pattern == NAME ? Kind.NAME
                        : pattern == OPERATOR ? Kind.OPERATOR
                        : matcher.group(1) == null && matcher.group(2) == null ? Kind.INTEGER : Kind.FLOAT, text);
                advance(matcher.end());
                return pattern != OPERATOR ? 0 : "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
            }
        }
        throw Errors.at(line, "found '" + first + "', expected an expression");
    }

    private void string(char quote) {
        StringBuilder value = new StringBuilder();
        int started = line;
        int next = at + 1;
        while (next < source.length() && source.charAt(next) != quote) {
            char c = source.charAt(next);
            if (c == '\\' && next + 1 < source.length()) {
                next = escape(next + 1, value);
            } else {
                value.append(c);
                next++;
            }
        }
        if (next >= source.length()) {
            throw Errors.at(started, "found a string without its end");
        }
        add(Kind.STRING, value.toString());
        advance(next + 1);
    }

    /** Python's escapes; what is none stands for itself. */
    private int escape(int next, StringBuilder value) {
        char c = source.charAt(next);
        int digits = switch (c) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
        };
        if (digits > 0) {
            String hex = source.substring(Math.min(next + 1, source.length()),
                    Math.min(next + 1 + digits, source.length()));
            if (!hex.matches("[0-9a-fA-F]{" + digits + "}")
                    || !Character.isValidCodePoint((int) Long.parseLong(hex, 16))) {
                throw Errors.at(line, "found the escape '\\" + c + hex + "', expected " + digits + " digits");
            }
            value.appendCodePoint((int) Long.parseLong(hex, 16));
            return next + 1 + digits;
        }
        switch (c) {
            case 'n' -> value.append('\n');
            case 't' -> value.append('\t');
            case 'r' -> value.append('\r');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case '\n' -> { }
            case '\\', '\'', '"' -> value.append(c);
            default -> value.append('\\').append(c);
        }
        return next + 1;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }

    private void advance(int to) {
        for (; at < to; at++) {
            line += source.charAt(at) == '\n' ? 1 : 0;
        }
        lineStarts = false;
    }
}
