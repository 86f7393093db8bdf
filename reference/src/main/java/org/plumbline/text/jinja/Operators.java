package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;

/** What stands between two values. */
final class Operators {
    /** A text made by multiplication must not take all memory. */
    private static final long LONGEST = 1 << 20;

    private Operators() {}

    static Object of(String operator, @Nullable Object left, @Nullable Object right, int line) {
        if (operator.equals("%") && left instanceof String) {
            throw Errors.unsupported(line, "text with the operator '%'");
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            return repeated(text, times, line);
        }
        if (operator.equals("*") && left instanceof Long times && right instanceof String text) {
            return repeated(text, times, line);
        }
        return switch (operator) {
            case "~" -> Values.text(left, line) + Values.text(right, line);
            case "+" -> sum(left, right, line);
            default -> arithmetic(operator, left, right, line);
        };
    }

    private static Object sum(@Nullable Object left, @Nullable Object right, int line) {
        if (left instanceof String a && right instanceof String b) {
            return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            List<@Nullable Object> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }
        return arithmetic("+", left, right, line);
    }

    private static String repeated(String text, long times, int line) {
        if (Math.max(0, times) > LONGEST / Math.max(1, text.length())) {
            throw Errors.at(line, "found a text repeated " + times + " times, expected fewer");
        }
        return text.repeat((int) Math.max(0, times));
    }

    private static Object arithmetic(String operator, @Nullable Object left, @Nullable Object right, int line) {
        Object a = number(left);
        Object b = number(right);
        if (a instanceof Long one && b instanceof Long other && !operator.equals("/")) {
            return whole(operator, one, other, line);
        }
        if (a instanceof Number one && b instanceof Number other) {
            return real(operator, one.doubleValue(), other.doubleValue(), line);
        }
        throw mismatch(operator, left, right, line);
    }

    private static @Nullable Object number(@Nullable Object value) {
        return value instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : value;
    }

    private static InputException mismatch(
            String operator, @Nullable Object left, @Nullable Object right, int line) {
        return Errors.at(line, "found " + Values.kind(left) + " " + operator + " " + Values.kind(right)
                + ", expected two numbers" + (operator.equals("+") ? ", two texts or two lists" : ""));
    }

    private static long whole(String operator, long left, long right, int line) {
        try {
            return switch (operator) {
                case "+" -> Math.addExact(left, right);
                case "-" -> Math.subtractExact(left, right);
                case "*" -> Math.multiplyExact(left, right);
                case "//" -> Math.floorDiv(left, right);
                default -> Math.floorMod(left, right);
            };
        } catch (ArithmeticException e) {
            throw Errors.at(line, "found " + left + " " + operator + " " + right + ": " + e.getMessage());
        }
    }

    private static double real(String operator, double left, double right, int line) {
        if (right == 0 && !"+-*".contains(operator)) {
            throw Errors.at(line, "found a division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            default -> left - right * Math.floor(left / right);
        };
    }
}
