package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions that every template has. {@code strftime_now} is not among them: a date that changes would change the
 * tokens of a corpus from day to day, and templates that ask whether it is defined have a date of their own.
 */
final class Functions {
    private static final int LONGEST_RANGE = 1 << 16;

    private Functions() {}

    static void addTo(Scope scope) {
        scope.set("raise_exception", (Function) (positional, _, line) -> {
            throw Errors.at(line, "the template refuses the conversation: "
                    + Values.text(positional.isEmpty() ? "" : positional.getFirst(), line));
        });
        scope.set("namespace", (Function) (positional, named, line) -> {
            if (!positional.isEmpty()) {
                throw Errors.unsupported(line, "a namespace from an object");
            }
            return new Namespace(named);
        });
        scope.set("range", (Function) (positional, _, line) -> range(positional, line));
        scope.set("dict", (Function) (_, named, _) -> named);
    }

    private static List<@Nullable Object> range(List<@Nullable Object> arguments, int line) {
        if (arguments.isEmpty() || arguments.size() > 3) {
            throw Errors.at(line, "found " + arguments.size() + " arguments of 'range', expected 1 to 3");
        }
        long from = arguments.size() == 1 ? 0 : Values.whole(arguments.getFirst(), line);
        long to = Values.whole(arguments.get(arguments.size() == 1 ? 0 : 1), line);
        long step = arguments.size() < 3 ? 1 : Values.whole(arguments.get(2), line);
        List<@Nullable Object> numbers = new ArrayList<>();
        for (long i = from; step != 0 && (step > 0 ? i < to : i > to); i += step) {
            if (numbers.size() >= LONGEST_RANGE) {
                throw Errors.at(line, "found a range of more than " + LONGEST_RANGE + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }
}
