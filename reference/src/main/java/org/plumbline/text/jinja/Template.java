package org.plumbline.text.jinja;

import java.util.List;
import java.util.Map;
import org.plumbline.io.InputException;

/** A template that was read, and can be rendered as often as one likes, by several threads too. */
public final class Template {
    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * A part of a text.
     *
     * @param from index of its first character
     * @param to one past the last
     */
    public record Span(int from, int to) {}

    /**
     * A rendered text.
     *
     * @param text all of it
     * @param generated the parts that stand between {@code generation} and {@code endgeneration}
     */
    public record Rendered(String text, List<Span> generated) {
        /** Copies the list. */
        public Rendered {
            generated = List.copyOf(generated);
        }
    }

    /**
     * Reads a template.
     *
     * @throws InputException with the line, if it is malformed or asks for what is not supported
     */
    public static Template parse(String source) {
        return new Template(Parser.parse(source));
    }

    /**
     * Renders it.
     *
     * @param variables by name: {@code null}, booleans, longs, doubles, strings, and lists and maps of these
     * @throws InputException with the line, if it asks for what is not supported or not there, or refuses the variables
     */
    public Rendered render(Map<String, ?> variables) {
        return new Renderer().render(statements, variables);
    }
}
