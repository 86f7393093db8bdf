package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Python's values: {@code null} is None, {@code Long} and {@code Double} are numbers, lists and maps are those of Java.
 */
final class Values {
    private Values() {}

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Undefined _ -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** As Python's {@code str} has it. */
    static String text(@Nullable Object value, int line) {
        return switch (value) {
            case null -> "None";
            case Undefined _ -> "";
            case Boolean truth -> truth ? "True" : "False";
            case Long number -> number.toString();
            case Double number -> real(number);
            case String text -> text;
            default -> throw Errors.at(line, "found " + kind(value) + ", expected text (tojson writes anything)");
        };
    }

    /** Python writes small and large numbers with another exponent than Java; those are of no template. */
    static String real(double number) {
        return Double.toString(number);
    }

    static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Undefined(String name) -> "'" + name + "', which is not defined";
            case Boolean _ -> "a boolean";
            case Long _, Double _ -> "a number";
            case String _ -> "text";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "an object";
            case Namespace _ -> "a namespace";
            default -> "a function";
        };
    }

    static boolean equal(@Nullable Object left, @Nullable Object right) {
        Object a = left instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : left;
        Object b = right instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : right;
        if (a instanceof Number one && b instanceof Number other && !one.getClass().equals(other.getClass())) {
            return one.doubleValue() == other.doubleValue();
        }
        if (a instanceof List<?> one && b instanceof List<?> other) {
            boolean same = one.size() == other.size();
            for (int i = 0; same && i < one.size(); i++) {
                same = equal(one.get(i), other.get(i));
            }
            return same;
        }
        // Two names without a value are equal, whatever they are called.
        return a instanceof Undefined && b instanceof Undefined || Objects.equals(a, b);
    }

    static int compare(@Nullable Object left, @Nullable Object right, int line) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        if (left instanceof Number a && right instanceof Number b) {
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        throw Errors.at(line, "found " + kind(left) + " and " + kind(right) + ", expected two numbers or two texts");
    }

    static boolean contains(@Nullable Object container, @Nullable Object element, int line) {
        return switch (container) {
            case String text when element instanceof String part -> text.contains(part);
            case List<?> list -> list.stream().anyMatch(one -> equal(one, element));
            case Map<?, ?> map -> map.containsKey(element);
            case Undefined _ -> false;
            case null, default -> throw Errors.at(line, "found " + kind(element) + " in " + kind(container)
                    + ", expected a list, an object, or text in text");
        };
    }

    /** The elements that a loop goes over. */
    static List<@Nullable Object> elements(@Nullable Object value, int line) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text -> new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            case Undefined _ -> new ArrayList<>();
            case null, default -> throw Errors.at(line, "found " + kind(value) + ", expected something with elements");
        };
    }

    static long length(@Nullable Object value, int line) {
        return value instanceof Undefined ? 0 : elements(value, line).size();
    }

    static @Nullable Object item(@Nullable Object of, @Nullable Object index, int line) {
        return switch (of) {
            case Map<?, ?> map -> map.containsKey(index) ? map.get(index) : new Undefined(String.valueOf(index));
            case Namespace(Map<String, ?> attributes) -> attributes.containsKey(String.valueOf(index))
                    ? attributes.get(String.valueOf(index)) : new Undefined(String.valueOf(index));
            case Undefined(String name) ->
                    throw Errors.at(line, "found '" + name + "', which is not defined, expected something with parts");
            case List<?> list -> element(new ArrayList<>(list), index);
            case String text -> element(elements(text, line), index);
            case null, default -> new Undefined(String.valueOf(index));
        };
    }

    private static @Nullable Object element(List<@Nullable Object> list, @Nullable Object index) {
        if (index instanceof Long number) {
            long at = number < 0 ? number + list.size() : number;
            if (at >= 0 && at < list.size()) {
                return list.get((int) at);
            }
        }
        return new Undefined(String.valueOf(index));
    }

    /** Python's slices. */
    static Object slice(
            @Nullable Object of, @Nullable Object from, @Nullable Object to, @Nullable Object by, int line) {
        List<@Nullable Object> all = elements(of, line);
        long size = all.size();
        long step = by == null ? 1 : whole(by, line);
        if (step == 0) {
            throw Errors.at(line, "found a slice with step 0");
        }
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? size : size - 1;
        long start = from == null ? step > 0 ? low : high : bound(whole(from, line), size, low, high);
        long end = to == null ? step > 0 ? high : low : bound(whole(to, line), size, low, high);
        List<@Nullable Object> part = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            part.add(all.get((int) i));
        }
        if (of instanceof String) {
            StringBuilder text = new StringBuilder();
            part.forEach(text::append);
            return text.toString();
        }
        return part;
    }

    private static long bound(long index, long size, long low, long high) {
        return Math.clamp(index < 0 ? index + size : index, low, high);
    }

    static long whole(@Nullable Object value, int line) {
        if (value instanceof Long number) {
            return number;
        }
        throw Errors.at(line, "found " + kind(value) + ", expected a whole number");
    }

    static String string(@Nullable Object value, int line) {
        if (value instanceof String text) {
            return text;
        }
        throw Errors.at(line, "found " + kind(value) + ", expected text");
    }
}
