package org.plumbline.batch;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Executables with their buffers, by the shape that they were compiled for. A thread borrows an idle one, or makes
 * another where there is none: it never waits, and no two threads share a buffer. An executable that was in use when
 * something was thrown is dropped.
 *
 * @param <K> shapes
 * @param <T> executables, alone or several that work together
 */
public final class ExecutablePool<K, T> {
    private final Map<K, Queue<T>> idle = new ConcurrentHashMap<>();

    /** Calls {@code use} with an idle executable of this shape, or with one that {@code make} gives. */
    public void borrow(K shape, Supplier<T> make, Consumer<T> use) {
        Queue<T> queue = idle.computeIfAbsent(shape, _ -> new ConcurrentLinkedQueue<>());
        T found = queue.poll();
        T borrowed = found == null ? make.get() : found;
        use.accept(borrowed);
        queue.add(borrowed);
    }
}
