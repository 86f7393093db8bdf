package org.plumbline.text.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jinja's tests: what stands after {@code is}. */
final class Tests {
    private Tests() {}

    static boolean holds(String name, @Nullable Object value, List<@Nullable Object> arguments, int line) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "string" -> value instanceof String;
            case "number" -> value instanceof Number || value instanceof Boolean;
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "mapping" -> value instanceof Map;
            case "iterable", "sequence" -> value instanceof List || value instanceof Map || value instanceof String
                    || value instanceof Undefined;
            case "callable" -> value instanceof Function;
            case "odd" -> Math.floorMod(Values.whole(value, line), 2) == 1;
            case "even" -> Math.floorMod(Values.whole(value, line), 2) == 0;
            case "divisibleby" -> {
                long by = Values.whole(argument(name, arguments, line), line);
                if (by == 0) {
                    throw Errors.at(line, "found a division by zero");
                }
                yield Values.whole(value, line) % by == 0;
            }
            case "equalto", "eq", "==" -> Values.equal(value, argument(name, arguments, line));
            case "ne", "!=" -> !Values.equal(value, argument(name, arguments, line));
            case "gt", "greaterthan", ">" -> Values.compare(value, argument(name, arguments, line), line) > 0;
            case "ge", ">=" -> Values.compare(value, argument(name, arguments, line), line) >= 0;
            case "lt", "lessthan", "<" -> Values.compare(value, argument(name, arguments, line), line) < 0;
            case "le", "<=" -> Values.compare(value, argument(name, arguments, line), line) <= 0;
            case "in" -> Values.contains(argument(name, arguments, line), value, line);
            default -> throw Errors.unsupported(line, "the test '" + name + "'");
        };
    }

    private static @Nullable Object argument(String name, List<@Nullable Object> arguments, int line) {
        if (arguments.isEmpty()) {
            throw Errors.at(line, "found the test '" + name + "' without a value to compare with");
        }
        return arguments.getFirst();
    }
}
