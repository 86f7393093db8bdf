package org.plumbline.text.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Python's {@code json.dumps} writes it with {@code ensure_ascii=False}: spaces after commas and colons. */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private final int indent;
    private final int line;

    private JsonText(int indent, int line) {
        this.indent = indent;
        this.line = line;
    }

    /**
     * A value's JSON.
     *
     * @param indent spaces for each level, or −1 for all on one line
     */
    static String of(@Nullable Object value, int indent, int line) {
        JsonText json = new JsonText(indent, line);
        json.write(value, 0);
        return json.text.toString();
    }

    private void write(@Nullable Object value, int level) {
        switch (value) {
            case null -> text.append("null");
            case Boolean truth -> text.append(truth);
            case Long number -> text.append(number);
            case Double number -> text.append(Values.real(number));
            case String string -> string(string);
            case List<?> list -> {
                text.append('[');
                boolean first = true;
                for (Object element : list) {
                    separate(first, level + 1);
                    write(element, level + 1);
                    first = false;
                }
                close(first, level, ']');
            }
            case Map<?, ?> map -> {
                text.append('{');
                boolean first = true;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    separate(first, level + 1);
                    string(String.valueOf(entry.getKey()));
                    text.append(": ");
                    write(entry.getValue(), level + 1);
                    first = false;
                }
                close(first, level, '}');
            }
            default -> throw Errors.at(line, "found " + Values.kind(value) + ", expected something that JSON has");
        }
    }

    private void separate(boolean first, int level) {
        text.append(first ? "" : indent < 0 ? ", " : ",");
        newLine(level);
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            newLine(level);
        }
        text.append(bracket);
    }

    private void newLine(int level) {
        if (indent >= 0) {
            text.append('\n').repeat(' ', indent * level);
        }
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < ' ') {
                        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
