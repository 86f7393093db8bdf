package org.plumbline.batch;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things made for a shape that any number of threads use one at a time: a thread takes an idle one, or makes another
 * where there is none, so it never waits and never shares. What was in use when something was thrown is dropped.
 */
public final class Spares<S, T> {
    private final Map<S, Queue<T>> idle = new ConcurrentHashMap<>();

    public void borrow(S shape, Supplier<T> make, Consumer<T> use) {
        Queue<T> queue = idle.computeIfAbsent(shape, _ -> new ConcurrentLinkedQueue<>());
        T found = queue.poll();
        T borrowed = found == null ? make.get() : found;
        use.accept(borrowed);
        queue.add(borrowed);
    }
}
