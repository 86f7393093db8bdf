package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of expressions. */
record Evaluator(Budget budget) {

    @Nullable Object value(Expression expression, Scope scope) {
        int line = expression.line();
        budget.step(line);
        return switch (expression) {
            case Expression.Constant(Object value, _) -> value;
            case Expression.Name(String name, _) -> scope.get(name);
            case Expression.ListOf(List<Expression> elements, _) -> values(elements, scope);
            case Expression.DictOf dict -> dict(dict, scope);
            case Expression.Attribute(Expression of, String name, _) -> attribute(value(of, scope), name, line);
            case Expression.Item(Expression of, Expression index, _) ->
                    item(value(of, scope), value(index, scope), line);
            case Expression.Slice(Expression of, Expression from, Expression to, Expression step, _) ->
                    Values.slice(value(of, scope), bound(from, scope), bound(to, scope), bound(step, scope), line);
            case Expression.Call(Expression function, Expression.Arguments arguments, _) ->
                    call(value(function, scope), arguments, scope, line);
            case Expression.Filter(Expression of, String name, Expression.Arguments arguments, _) ->
                    written(Filters.apply(name, value(of, scope), values(arguments.positional(), scope),
                            named(arguments, scope), line), line);
            case Expression.Test(Expression of, String name, Expression.Arguments arguments, boolean negated, _) ->
                    Tests.holds(name, value(of, scope), values(arguments.positional(), scope), line) != negated;
            case Expression.Not(Expression of, _) -> !Values.truth(value(of, scope));
            case Expression.Negative(Expression of, _) -> negative(value(of, scope), line);
            case Expression.And(Expression left, Expression right, _) -> {
                Object value = value(left, scope);
                yield Values.truth(value) ? value(right, scope) : value;
            }
            case Expression.Or(Expression left, Expression right, _) -> {
                Object value = value(left, scope);
                yield Values.truth(value) ? value : value(right, scope);
            }
            case Expression.Conditional(Expression condition, Expression yes, Expression no, _) ->
                    Values.truth(value(condition, scope)) ? value(yes, scope)
                            : no == null ? new Undefined("the value of an 'if' without 'else'") : value(no, scope);
            case Expression.Binary(String operator, Expression left, Expression right, _) ->
                    written(Operators.of(operator, value(left, scope), value(right, scope), line), line);
            case Expression.Comparison comparison -> compare(comparison, scope);
        };
    }

    /** Text counts where it is made. */
    private @Nullable Object written(@Nullable Object value, int line) {
        if (value instanceof String text) {
            budget.write(text.length(), line);
        }
        return value;
    }

    private @Nullable Object bound(@Nullable Expression expression, Scope scope) {
        return expression == null ? null : value(expression, scope);
    }

    private List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
        List<@Nullable Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    private Map<String, @Nullable Object> named(Expression.Arguments arguments, Scope scope) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return named;
    }

    private Map<@Nullable Object, @Nullable Object> dict(Expression.DictOf dict, Scope scope) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys().size(); i++) {
            map.put(value(dict.keys().get(i), scope), value(dict.values().get(i), scope));
        }
        return map;
    }

    /** As in Jinja: what the value has of its type comes before its keys. */
    private static @Nullable Object attribute(@Nullable Object of, String name, int line) {
        Function method = Methods.of(of, name);
        if (method != null) {
            return method;
        }
        if (of instanceof String || of instanceof List) {
            throw Errors.unsupported(line, "'" + name + "' of " + Values.kind(of));
        }
        return Values.item(of, name, line);
    }

    /** As in Jinja: keys come before what the value has of its type. */
    private static @Nullable Object item(@Nullable Object of, @Nullable Object index, int line) {
        Object item = Values.item(of, index, line);
        Function method = item instanceof Undefined && index instanceof String name ? Methods.of(of, name) : null;
        return method == null ? item : method;
    }

    private @Nullable Object call(@Nullable Object function, Expression.Arguments arguments, Scope scope, int line) {
        if (function instanceof Function called) {
            return written(called.call(values(arguments.positional(), scope), named(arguments, scope), line), line);
        }
        throw Errors.at(line, "found " + Values.kind(function) + ", expected a function to call");
    }

    private static Object negative(@Nullable Object value, int line) {
        return value instanceof Double number ? (Object) (-number) : (Object) (-Values.whole(value, line));
    }

    private boolean compare(Expression.Comparison comparison, Scope scope) {
        Object left = value(comparison.first(), scope);
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.others().get(i), scope);
            if (!holds(comparison.operators().get(i), left, right, comparison.line())) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static boolean holds(String operator, @Nullable Object left, @Nullable Object right, int line) {
        return switch (operator) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "in" -> Values.contains(right, left, line);
            case "not in" -> !Values.contains(right, left, line);
            default -> Tests.holds(operator, left, Collections.singletonList(right), line);
        };
    }

    String text(Expression expression, Scope scope) {
        return Objects.requireNonNull(Values.text(value(expression, scope), expression.line()));
    }
}
