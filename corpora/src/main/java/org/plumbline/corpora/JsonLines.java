package org.plumbline.corpora;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a corpus as JSON Lines: one object a line, keys in the order of the record, UTF-8, lines ending in LF. */
public final class JsonLines {

    private JsonLines() {}

    /** One line a document: {@code id}, {@code text}, {@code facts}. */
    public static String documents(Corpus corpus) {
        return corpus.documents().stream()
                .map(document -> "{\"id\":" + quote(document.id()) + ",\"text\":" + quote(document.text())
                        + ",\"facts\":" + array(document.facts().stream().map(JsonLines::fact).toList()) + "}\n")
                .collect(Collectors.joining());
    }

    /**
     * One line a query: {@code id}, {@code group}, {@code prompt}, {@code completion}, {@code fact}, {@code support}.
     */
    public static String queries(Corpus corpus) {
        return corpus.queries().stream()
                .map(query -> "{\"id\":" + quote(query.id()) + ",\"group\":" + quote(query.group()) + ",\"prompt\":"
                        + quote(query.prompt()) + ",\"completion\":" + quote(query.completion()) + ",\"fact\":"
                        + fact(query.fact()) + ",\"support\":"
                        + array(query.support().stream().map(JsonLines::quote).toList()) + "}\n")
                .collect(Collectors.joining());
    }

    private static String fact(Fact fact) {
        return "{\"subject\":" + quote(fact.subject()) + ",\"relation\":" + quote(fact.relation()) + ",\"object\":"
                + quote(fact.object()) + "}";
    }

    private static String array(List<String> items) {
        return "[" + String.join(",", items) + "]";
    }

    /** Escapes what RFC 8259, section 7, requires: the quotation mark, the backslash and the controls below U+0020. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
