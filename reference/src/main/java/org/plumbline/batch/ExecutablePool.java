package org.plumbline.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Executables with their buffers, by the shape that they were compiled for. A thread borrows an idle one, or makes
 * another where there is none: it never waits for another thread's run, and no two threads share a buffer. An
 * executable that was in use when something was thrown is dropped.
 *
 * @param <K> shapes
 * @param <T> executables, alone or several that work together
 */
public final class ExecutablePool<K, T> {
    private final int most;

    /** By shape, that of the executable given back last at the end. No queue is empty. */
    private final Map<K, Deque<T>> idle = new LinkedHashMap<>();

    private int count;

    /** Keeps all that is given back. */
    public ExecutablePool() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param most idle executables that are kept; of more, one of the shape that went unused longest is dropped
     */
    public ExecutablePool(int most) {
        this.most = most;
    }

    /** Calls {@code use} with an idle executable of this shape, or with one that {@code make} gives. */
    public void borrow(K shape, Supplier<T> make, Consumer<T> use) {
        Loan<T> loan = lend(shape, make);
        use.accept(loan.executable());
        loan.giveBack();
    }

    /** Lends an executable for longer than a call: until it is given back, if it ever is. */
    public Loan<T> lend(K shape, Supplier<T> make) {
        T found = take(shape);
        T lent = found == null ? make.get() : found;
        return new Loan<>(lent, () -> keep(shape, lent));
    }

    /**
     * An executable that nobody else uses meanwhile.
     *
     * @param back called once
     */
    public record Loan<T>(T executable, Runnable back) {

        /** Ends the loan. */
        public void giveBack() {
            back.run();
        }
    }

    private synchronized @Nullable T take(K shape) {
        Deque<T> queue = idle.get(shape);
        if (queue == null) {
            return null;
        }
        T taken = queue.pop();
        count--;
        if (queue.isEmpty()) {
            idle.remove(shape);
        }
        return taken;
    }

    private synchronized void keep(K shape, T executable) {
        Deque<T> queue = idle.remove(shape);
        queue = queue == null ? new ArrayDeque<>() : queue;
        queue.push(executable);
        idle.put(shape, queue);
        count++;
        if (count > most) {
            take(idle.keySet().iterator().next());
        }
    }
}
