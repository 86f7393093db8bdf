package org.plumbline.verification.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Seconds spent on named pieces of work. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    /** Does the work and adds its time under {@code name}. */
    <T> T time(String name, Supplier<T> work) {
        long begin = System.nanoTime();
        T result = work.get();
        seconds.merge(name, (System.nanoTime() - begin) * 1e-9, Double::sum);
        return result;
    }

    /** Adds time under {@code name} that was spent elsewhere. */
    void add(String name, double time) {
        seconds.merge(name, time, Double::sum);
    }

    /** Seconds spent under {@code name}, 0 if none. */
    double of(String name) {
        return seconds.getOrDefault(name, 0.0);
    }

    Map<String, Double> all() {
        return seconds;
    }

    /** Seconds since this was made. */
    double total() {
        return (System.nanoTime() - start) * 1e-9;
    }
}
