package org.plumbline.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Executables with their buffers, by the shape that they were compiled for. A thread borrows an idle one, or makes
 * another where there is none: it never waits for another thread's run, and no two threads share a buffer. An
 * executable that was in use when something was thrown is dropped.
 *
 * <p>A pool that knows the bytes of its executables holds, idle and lent together, no more than an executable of the
 * largest shape for each thread, or {@value #SPARE} bytes where that is more: shapes may be many, and the plan of
 * memory knows the largest.
 *
 * @param <K> shapes
 * @param <T> executables, alone or several that work together
 */
public final class ExecutablePool<K, T> {
    /** Bytes that a pool may hold in any case: so much spares compiling small programs of many shapes again. */
    public static final long SPARE = 32L << 20;

    private final int most;
    private final int threads;
    private final ToLongFunction<K> bytes;

    /** By shape, that of the executable given back last at the end. No queue is empty. */
    private final Map<K, Deque<T>> idle = new LinkedHashMap<>();

    /** Bytes of an executable by shape. */
    private final Map<K, Long> known = new ConcurrentHashMap<>();

    private int count;
    /** Bytes of all executables, those that are lent among them. */
    private long held;
    private long largest;

    /** Keeps all that is given back. */
    public ExecutablePool() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param most idle executables that are kept; of more, one of the shape that went unused longest is dropped
     */
    public ExecutablePool(int most) {
        this(most, 1, _ -> 0);
    }

    /**
     * Keeps what the bytes of executables allow; before another one is made, those of the shapes that went unused
     * longest are dropped.
     *
     * @param threads that borrow
     * @param bytes of an executable of a shape
     */
    public ExecutablePool(int threads, ToLongFunction<K> bytes) {
        this(Integer.MAX_VALUE, threads, bytes);
    }

    private ExecutablePool(int most, int threads, ToLongFunction<K> bytes) {
        this.most = most;
        this.threads = threads;
        this.bytes = bytes;
    }

    /**
     * Bytes of a pool at most.
     *
     * @param threads that borrow
     * @param shapes that are asked for, each as the part of the largest that it is
     * @param largest bytes of an executable of the largest shape
     */
    public static long mostBytes(long threads, long shapes, long largest) {
        return Math.max(threads * largest, Math.min(SPARE, shapes * threads * largest));
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
        if (found == null) {
            makeRoom(known.computeIfAbsent(shape, bytes::applyAsLong));
        }
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

    /** What is lent counts until it is given back, and for ever if it is not: that costs compiling, not memory. */
    private synchronized void makeRoom(long size) {
        largest = Math.max(largest, size);
        held += size;
        while (held > Math.max(SPARE, threads * largest) && !idle.isEmpty()) {
            K oldest = idle.keySet().iterator().next();
            take(oldest);
            held -= known.getOrDefault(oldest, 0L);
        }
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
