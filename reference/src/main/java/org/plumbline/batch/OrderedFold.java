package org.plumbline.batch;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.plumbline.engine.Workers;

/**
 * Maps over numbers in any thread and merges the results one at a time, in the order of the numbers. A thread that is
 * ahead waits to merge, so no more results are held than there are threads.
 */
public final class OrderedFold {
    /** How often a thread that is ahead looks again before it sleeps, which for equal tasks it then seldom has to. */
    private static final int SPINS = 500;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turn = lock.newCondition();
    private volatile int next;
    private volatile boolean failed;

    private OrderedFold(int first) {
        this.next = first;
    }

    /**
     * Merges {@code map(from)} to {@code map(to − 1)}. What either throws is thrown here, after which nothing merges.
     */
    public static <P> void run(Workers workers, int from, int to, IntFunction<P> map, Consumer<P> merge) {
        OrderedFold fold = new OrderedFold(from);
        workers.forEach(to - from, i -> fold.task(from + i, map, merge));
    }

    private <P> void task(int number, IntFunction<P> map, Consumer<P> merge) {
        boolean merged = false;
        try {
            P part = map.apply(number);
            for (int i = 0; i < SPINS && next != number && !failed; i++) {
                Thread.onSpinWait();
            }
            lock.lock();
            try {
                while (next != number && !failed) {
                    turn.awaitUninterruptibly();
                }
                if (!failed) {
                    merge.accept(part);
                    next = number + 1;
                    merged = true;
                    turn.signalAll();
                }
            } finally {
                lock.unlock();
            }
        } finally {
            if (!merged) {
                fail();
            }
        }
    }

    private void fail() {
        lock.lock();
        try {
            failed = true;
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
