package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jinja's filters. */
final class Filters {
    private Filters() {}

    static @Nullable Object apply(String name, @Nullable Object value, List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named, int line) {
        Object argument = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (name) {
            case "trim" -> Text.strip(Values.text(value, line),
                    argument == null ? null : Values.string(argument, line), true, true);
            case "length", "count" -> Values.length(value, line);
            case "upper" -> Values.text(value, line).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value, line).toLowerCase(Locale.ROOT);
            case "capitalize" -> Text.capitalized(Values.text(value, line));
            case "title" -> Methods.titled(Values.text(value, line));
            case "string" -> Values.text(value, line);
            case "safe" -> value;
            case "int" -> whole(value, line);
            case "float" -> value instanceof Number number ? (Object) number.doubleValue() : real(value, line);
            case "abs" -> value instanceof Double number
                    ? (Object) Math.abs(number) : Math.abs(Values.whole(value, line));
            case "default", "d" -> otherwise(value, arguments, named);
            case "first" -> end(Values.elements(value, line), false);
            case "last" -> end(Values.elements(value, line), true);
            case "list" -> Values.elements(value, line);
            case "reverse" -> reversed(value, line);
            case "join" -> join(attributes(Values.elements(value, line), named, line),
                    argument == null ? "" : Values.text(argument, line), line);
            case "replace" -> Methods.replaced(Values.text(value, line), arguments, line);
            case "items" -> value instanceof Map<?, ?> map ? Methods.items(map) : Values.elements(value, line);
            case "tojson" -> JsonText.of(value, indent(arguments, named, line), line);
            case "map" -> mapped(value, arguments, named, line);
            case "select", "reject" -> selected(value, null, arguments, name.equals("select"), line);
            case "selectattr", "rejectattr" -> selected(value, Values.string(argument, line),
                    arguments.subList(1, arguments.size()), name.equals("selectattr"), line);
            default -> throw Errors.unsupported(line, "the filter '" + name + "'");
        };
    }

    private static Object whole(@Nullable Object value, int line) {
        return switch (value) {
            case Long number -> number;
            case Double number -> (long) number.doubleValue();
            case Boolean truth -> truth ? 1L : 0L;
            case String text when text.strip().matches("[+-]?\\d{1,18}") -> Long.parseLong(text.strip());
            case null, default -> throw Errors.at(line, "found " + Values.kind(value) + ", expected a whole number");
        };
    }

    private static double real(@Nullable Object value, int line) {
        try {
            return Double.parseDouble(Values.string(value, line).strip());
        } catch (NumberFormatException e) {
            throw Errors.at(line, "found text, expected a number");
        }
    }

    private static @Nullable Object otherwise(
            @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        boolean falseToo = Values.truth(arguments.size() > 1 ? arguments.get(1) : named.get("boolean"));
        if (value instanceof Undefined || falseToo && !Values.truth(value)) {
            return arguments.isEmpty() ? named.getOrDefault("default_value", "") : arguments.getFirst();
        }
        return value;
    }

    private static @Nullable Object end(List<@Nullable Object> list, boolean last) {
        return list.isEmpty() ? new Undefined(last ? "last" : "first") : last ? list.getLast() : list.getFirst();
    }

    private static Object reversed(@Nullable Object value, int line) {
        List<@Nullable Object> elements = Values.elements(value, line);
        Collections.reverse(elements);
        return value instanceof String ? join(elements, "", line) : elements;
    }

    static String join(List<@Nullable Object> elements, String separator, int line) {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < elements.size(); i++) {
            joined.append(i == 0 ? "" : separator).append(Values.text(elements.get(i), line));
        }
        return joined.toString();
    }

    private static List<@Nullable Object> attributes(
            List<@Nullable Object> elements, Map<String, @Nullable Object> named, int line) {
        if (!named.containsKey("attribute")) {
            return elements;
        }
        List<@Nullable Object> values = new ArrayList<>();
        elements.forEach(element -> values.add(attribute(element, Values.string(named.get("attribute"), line), line)));
        return values;
    }

    private static @Nullable Object attribute(@Nullable Object element, String path, int line) {
        Object value = element;
        for (String name : path.split("\\.")) {
            value = Values.item(value, name, line);
        }
        return value;
    }

    private static List<@Nullable Object> mapped(@Nullable Object value, List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named, int line) {
        List<@Nullable Object> elements = Values.elements(value, line);
        if (named.containsKey("attribute")) {
            return attributes(elements, named, line);
        }
        if (arguments.isEmpty()) {
            throw Errors.at(line, "found 'map' without a filter, expected its name");
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (Object element : elements) {
            values.add(apply(Values.string(arguments.getFirst(), line), element,
                    arguments.subList(1, arguments.size()), named, line));
        }
        return values;
    }

    private static List<@Nullable Object> selected(@Nullable Object value, @Nullable String attribute,
            List<@Nullable Object> test, boolean kept, int line) {
        List<@Nullable Object> chosen = new ArrayList<>();
        for (Object element : Values.elements(value, line)) {
            Object tested = attribute == null ? element : attribute(element, attribute, line);
            boolean holds = test.isEmpty()
                    ? Values.truth(tested)
                    : Tests.holds(Values.string(test.getFirst(), line), tested, test.subList(1, test.size()), line);
            if (holds == kept) {
                chosen.add(element);
            }
        }
        return chosen;
    }

    private static int indent(List<@Nullable Object> arguments, Map<String, @Nullable Object> named, int line) {
        for (String name : named.keySet()) {
            if (!name.equals("indent")) {
                throw Errors.unsupported(line, "the argument '" + name + "' of 'tojson'");
            }
        }
        Object indent = arguments.isEmpty() ? named.get("indent") : arguments.getFirst();
        return indent == null ? -1 : (int) Math.clamp(Values.whole(indent, line), 0, 16);
    }
}
