package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The methods of Python's texts and dictionaries that templates call. */
final class Methods {
    private static final Set<String> OF_TEXT = Set.of("strip", "lstrip", "rstrip", "startswith", "endswith", "split",
            "replace", "upper", "lower", "title", "capitalize", "count", "find", "join");
    private static final Set<String> OF_MAP = Set.of("items", "keys", "values", "get");

    private Methods() {}

    /** The method of a value, or {@code null} if it has none of that name here. */
    static @Nullable Function of(@Nullable Object value, String name) {
        if (value instanceof String text && OF_TEXT.contains(name)) {
            return (arguments, named, line) -> ofText(text, name, positional(arguments, named, line), line);
        }
        if (value instanceof Map<?, ?> map && OF_MAP.contains(name)) {
            return (arguments, named, line) -> ofMap(map, name, positional(arguments, named, line), line);
        }
        return null;
    }

    private static List<@Nullable Object> positional(
            List<@Nullable Object> arguments, Map<String, @Nullable Object> named, int line) {
        if (!named.isEmpty()) {
            throw Errors.unsupported(line, "the argument '" + named.keySet().iterator().next() + "' of a method");
        }
        return arguments;
    }

    private static Object ofText(String text, String name, List<@Nullable Object> arguments, int line) {
        return switch (name) {
            case "strip", "lstrip", "rstrip" -> Text.strip(text, arguments.isEmpty() || arguments.getFirst() == null
                    ? null : argument(arguments, 0, line), !name.equals("rstrip"), !name.equals("lstrip"));
            case "startswith" -> text.startsWith(argument(arguments, 0, line));
            case "endswith" -> text.endsWith(argument(arguments, 0, line));
            case "split" -> split(text, arguments, line);
            case "replace" -> replaced(text, arguments, line);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> Text.capitalized(text);
            case "title" -> titled(text);
            case "count" -> (long) text.split(Pattern.quote(argument(arguments, 0, line)), -1).length - 1;
            case "find" -> {
                int found = text.indexOf(argument(arguments, 0, line));
                yield (long) (found < 0 ? found : text.codePointCount(0, found));
            }
            default -> Filters.join(
                    Values.elements(arguments.isEmpty() ? null : arguments.getFirst(), line), text, line);
        };
    }

    private static String argument(List<@Nullable Object> arguments, int i, int line) {
        if (arguments.size() <= i) {
            throw Errors.at(line, "found " + arguments.size() + " arguments of a method, expected more");
        }
        return Values.string(arguments.get(i), line);
    }

    static String titled(String text) {
        StringBuilder titled = new StringBuilder();
        boolean begins = true;
        for (int point : text.codePoints().toArray()) {
            titled.appendCodePoint(begins ? Character.toTitleCase(point) : Character.toLowerCase(point));
            begins = !Character.isLetter(point);
        }
        return titled.toString();
    }

    private static List<@Nullable Object> split(String text, List<@Nullable Object> arguments, int line) {
        long most = arguments.size() > 1 ? Values.whole(arguments.get(1), line) : -1;
        List<@Nullable Object> parts = new ArrayList<>();
        if (arguments.isEmpty() || arguments.getFirst() == null) {
            if (most >= 0) {
                throw Errors.unsupported(line, "'split' at white space with a number of parts");
            }
            StringBuilder part = new StringBuilder();
            for (int point : text.codePoints().toArray()) {
                if (!Text.isSpace(point)) {
                    part.appendCodePoint(point);
                } else if (!part.isEmpty()) {
                    parts.add(part.toString());
                    part.setLength(0);
                }
            }
            if (!part.isEmpty()) {
                parts.add(part.toString());
            }
            return parts;
        }
        String separator = argument(arguments, 0, line);
        if (separator.isEmpty()) {
            throw Errors.at(line, "found an empty separator");
        }
        int from = 0;
        int found = text.indexOf(separator);
        while (found >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(text.substring(from, found));
            from = found + separator.length();
            found = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    static String replaced(String text, List<@Nullable Object> arguments, int line) {
        if (arguments.size() > 2) {
            throw Errors.unsupported(line, "'replace' with a number of times");
        }
        return text.replace(argument(arguments, 0, line), argument(arguments, 1, line));
    }

    private static @Nullable Object ofMap(Map<?, ?> map, String name, List<@Nullable Object> arguments, int line) {
        return switch (name) {
            case "items" -> items(map);
            case "keys" -> new ArrayList<@Nullable Object>(map.keySet());
            case "values" -> new ArrayList<@Nullable Object>(map.values());
            default -> {
                if (arguments.isEmpty()) {
                    throw Errors.at(line, "found 'get' without a key");
                }
                Object key = arguments.getFirst();
                yield map.containsKey(key) ? map.get(key) : arguments.size() > 1 ? arguments.get(1) : null;
            }
        };
    }

    static List<@Nullable Object> items(Map<?, ?> map) {
        List<@Nullable Object> items = new ArrayList<>();
        map.forEach((key, value) -> {
            List<@Nullable Object> item = new ArrayList<>();
            item.add(key);
            item.add(value);
            items.add(item);
        });
        return items;
    }
}
