package org.plumbline.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a template does. */
sealed interface Statement {
    record Data(String text) implements Statement {}

    record Print(Expression value) implements Statement {}

    /** Branches in order; the condition of {@code else} is {@code null}. */
    record If(List<Branch> branches) implements Statement {}

    record Branch(@Nullable Expression condition, List<Statement> body) {}

    /**
     * A loop.
     *
     * @param names of an element, or of its parts
     * @param only elements for which it is true, all of them if {@code null}
     * @param otherwise where there is no element
     */
    record For(
            List<String> names, Expression in, @Nullable Expression only, List<Statement> body,
            List<Statement> otherwise, int line)
            implements Statement {}

    /** {@code set name = value}, or {@code set name.attribute = value} of a namespace. */
    record Set(String name, @Nullable String attribute, Expression value, int line) implements Statement {}

    /** {@code set name} with a body, whose text is the value. */
    record SetBlock(String name, List<Statement> body) implements Statement {}

    record Macro(String name, List<String> parameters, List<@Nullable Expression> defaults, List<Statement> body)
            implements Statement {}

    /** What an assistant says: the part of the text that bears loss. */
    record Generation(List<Statement> body, int line) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}
}
