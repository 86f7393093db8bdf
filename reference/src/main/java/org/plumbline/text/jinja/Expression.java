package org.plumbline.text.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of a template. Each knows its line, for errors. */
sealed interface Expression {
    int line();

    record Constant(@Nullable Object value, int line) implements Expression {}

    record Name(String name, int line) implements Expression {}

    record ListOf(List<Expression> elements, int line) implements Expression {}

    record DictOf(List<Expression> keys, List<Expression> values, int line) implements Expression {}

    /** {@code of.name}. */
    record Attribute(Expression of, String name, int line) implements Expression {}

    /** {@code of[index]}. */
    record Item(Expression of, Expression index, int line) implements Expression {}

    /** {@code of[from:to:step]}. */
    record Slice(
            Expression of, @Nullable Expression from, @Nullable Expression to, @Nullable Expression step, int line)
            implements Expression {}

    /** Positional and named arguments. */
    record Arguments(List<Expression> positional, Map<String, Expression> named) {}

    record Call(Expression function, Arguments arguments, int line) implements Expression {}

    record Filter(Expression of, String name, Arguments arguments, int line) implements Expression {}

    record Test(Expression of, String name, Arguments arguments, boolean negated, int line) implements Expression {}

    record Not(Expression of, int line) implements Expression {}

    record Negative(Expression of, int line) implements Expression {}

    record And(Expression left, Expression right, int line) implements Expression {}

    record Or(Expression left, Expression right, int line) implements Expression {}

    /** {@code yes if condition else no}. */
    record Conditional(Expression condition, Expression yes, @Nullable Expression no, int line) implements Expression {}

    /** An operator of numbers, strings and lists. */
    record Binary(String operator, Expression left, Expression right, int line) implements Expression {}

    /** Comparisons in a row: {@code a < b <= c}. */
    record Comparison(Expression first, List<String> operators, List<Expression> others, int line)
            implements Expression {}
}
