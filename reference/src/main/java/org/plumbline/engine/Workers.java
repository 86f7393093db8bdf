package org.plumbline.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed number of threads that run loops over independent tasks, the calling thread among them.
 *
 * <p>{@link #forEach} hands the task numbers {@code 0 … tasks − 1} out one by one to whichever thread is free. Each
 * task must write an output of its own and read nothing that another task writes; how the work is cut into tasks must
 * not depend on {@link #threads()}. Then the result does not depend on the number of threads either, to the last bit.
 *
 * <p>One loop runs at a time. A loop that is started while another one runs (from inside a task, or by another thread)
 * runs in its caller alone, which changes its speed and nothing else; so nesting cannot deadlock.
 *
 * <p>The threads are daemons. Between loops they spin for some microseconds and then sleep, so idle workers cost
 * nothing and a loop that follows closely on another starts at once. All that a task has written is visible to the
 * caller when {@code forEach} returns.
 */
public final class Workers implements AutoCloseable {

    /** How often a waiting thread looks again before it sleeps: some ten microseconds. */
    private static final int SPINS = 500;

    private final AtomicReference<Loop> running = new AtomicReference<>();
    private final Thread[] helpers;
    private volatile boolean closed;

    private Workers(int threads) {
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = Thread.ofPlatform().daemon().name("plumbline-worker-" + (i + 1)).unstarted(this::help);
        }
        for (Thread helper : helpers) {
            helper.start();
        }
    }

    /** Returns workers that run everything in the calling thread. */
    public static Workers serial() {
        return of(1);
    }

    /**
     * Returns workers of {@code threads} threads, the caller of {@link #forEach} counted.
     *
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public static Workers of(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found " + threads);
        }
        return new Workers(threads);
    }

    /** Returns the number of threads that share a loop, the caller counted. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Returns how many threads would share a loop that began now: within a task of another loop, the calling one alone.
     * For cutting work to size only: what is computed must not depend on it.
     */
    public int available() {
        return running.get() == null ? threads() : 1;
    }

    /**
     * Runs {@code task} for every number below {@code tasks} and returns when all are done.
     *
     * <p>If a task throws, the tasks not yet begun are dropped and the exception that came first is thrown here, those
     * of tasks already under way in its suppressed ones.
     *
     * @param tasks number of tasks; 0 does nothing
     * @param task what to do for one number
     * @throws IllegalStateException if the workers are closed
     */
    public void forEach(int tasks, IntConsumer task) {
        if (closed) {
            throw new IllegalStateException("these workers are closed");
        }
        if (tasks > 1 && helpers.length > 0) {
            Loop loop = new Loop(tasks, task, Thread.currentThread());
            if (running.compareAndSet(null, loop)) {
                for (int i = 0; i < Math.min(helpers.length, tasks - 1); i++) {
                    LockSupport.unpark(helpers[i]);
                }
                loop.take();
                loop.await();
                running.set(null);
                loop.release();
                loop.rethrow();
                return;
            }
        }
        for (int i = 0; i < tasks; i++) {
            task.accept(i);
        }
    }

    /** Ends the threads; a loop that is running ends first. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private void help() {
        int idle = 0;
        while (true) {
            Loop loop = running.get();
            if (loop != null && loop.open()) {
                loop.take();
                idle = 0;
            } else if (closed) {
                return;
            } else if (idle < SPINS) {
                idle++;
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                idle = 0;
            }
        }
    }

    /** One run of {@link #forEach}: the next number to hand out, and how many are finished. */
    private static final class Loop {
        private static final IntConsumer RELEASED = number -> {};

        private final int tasks;
        /** Read only by a thread that has a number to run, and so never after {@link #release}. */
        private IntConsumer task;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Loop(int tasks, IntConsumer task, Thread caller) {
            this.tasks = tasks;
            this.task = task;
            this.caller = caller;
        }

        /** Lets go of the task, and of all that it holds: a helper may sleep with this loop in its hands. */
        void release() {
            task = RELEASED;
        }

        boolean open() {
            return next.get() < tasks;
        }

        void take() {
            while (open()) {
                int number = next.getAndIncrement();
                if (number >= tasks) {
                    return;
                }
                try {
                    if (failure.get() == null) {
                        task.accept(number);
                    }
                } catch (Throwable thrown) {
                    fail(thrown);
                } finally {
                    if (finished.incrementAndGet() == tasks) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        void await() {
            for (int i = 0; i < SPINS && finished.get() < tasks; i++) {
                Thread.onSpinWait();
            }
            boolean interrupted = false;
            while (finished.get() < tasks) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Throws what a task threw; a task can throw unchecked exceptions only. */
        void rethrow() {
            switch (failure.get()) {
                case null -> { }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                case Throwable other -> throw new AssertionError("a task threw a checked exception", other);
            }
        }

        private void fail(Throwable thrown) {
            if (!failure.compareAndSet(null, thrown)) {
                Throwable first = failure.get();
                if (first != null && first != thrown) {
                    first.addSuppressed(thrown);
                }
            }
        }
    }
}
