package org.plumbline.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @Property(tries = 200)
    void everyTaskRunsOnce(@ForAll @IntRange(min = 1, max = 5) int threads, @ForAll @IntRange(max = 200) int tasks) {
        try (Workers workers = Workers.of(threads)) {
            for (int round = 0; round < 3; round++) {
                AtomicInteger[] runs = new AtomicInteger[tasks];
                Arrays.setAll(runs, i -> new AtomicInteger());
                workers.forEach(tasks, i -> runs[i].incrementAndGet());
                for (AtomicInteger count : runs) {
                    assertEquals(1, count.get());
                }
            }
        }
    }

    @Test
    void loopsInARowSeeWhatTheOneBeforeWrote() {
        try (Workers workers = Workers.of(3)) {
            long[] values = new long[64];
            for (int round = 1; round <= 2000; round++) {
                long[] before = values.clone();
                workers.forEach(values.length, i -> values[i] += before[(i + 1) % values.length] + 1 - values[i]);
            }
            long[] expected = new long[64];
            Arrays.fill(expected, 2000);
            assertArrayEquals(expected, values);
        }
    }

    @Test
    void allThreadsTakePart() {
        int threads = 3;
        CyclicBarrier allPresent = new CyclicBarrier(threads);
        try (Workers workers = Workers.of(threads)) {
            workers.forEach(threads, i -> meet(allPresent)); // would never return with fewer threads
        }
        assertEquals(0, allPresent.getNumberWaiting());
    }

    @Test
    void aNestedLoopRunsInItsCaller() {
        try (Workers workers = Workers.of(3)) {
            Thread[][] inner = new Thread[8][5];
            Thread[] outer = new Thread[8];
            int[] available = new int[8];
            assertEquals(3, workers.available());
            workers.forEach(8, i -> {
                outer[i] = Thread.currentThread();
                available[i] = workers.available();
                workers.forEach(5, j -> inner[i][j] = Thread.currentThread());
            });
            for (int i = 0; i < 8; i++) {
                assertEquals(1, available[i]);
                for (Thread thread : inner[i]) {
                    assertSame(outer[i], thread);
                }
            }
        }
    }

    @Test
    void aLoopStartedByAnotherThreadMeanwhileRunsThere() throws InterruptedException {
        try (Workers workers = Workers.of(2)) {
            CountDownLatch otherDone = new CountDownLatch(1);
            AtomicInteger sum = new AtomicInteger();
            Thread other = Thread.ofPlatform().unstarted(() -> {
                workers.forEach(100, sum::addAndGet);
                otherDone.countDown();
            });
            workers.forEach(2, i -> {
                if (i == 0) {
                    other.start();
                }
                await(otherDone);
            });
            other.join();
            assertEquals(4950, sum.get());
        }
    }

    @Property(tries = 100)
    void anExceptionReachesTheCallerAndTheWorkersLiveOn(@ForAll @IntRange(min = 1, max = 4) int threads,
            @ForAll @IntRange(max = 19) int failing) {
        try (Workers workers = Workers.of(threads)) {
            IllegalArgumentException planted = new IllegalArgumentException("planted");
            assertSame(planted, assertThrows(IllegalArgumentException.class, () -> workers.forEach(20, i -> {
                if (i == failing) {
                    throw planted;
                }
            })));
            AtomicInteger count = new AtomicInteger();
            workers.forEach(20, i -> count.incrementAndGet());
            assertEquals(20, count.get());
        }
    }

    @Test
    void aHelpersErrorReachesTheCaller() {
        try (Workers workers = Workers.of(2)) {
            Thread caller = Thread.currentThread();
            AtomicReference<Thread> thrower = new AtomicReference<>();
            CyclicBarrier both = new CyclicBarrier(2);
            assertThrows(StackOverflowError.class, () -> workers.forEach(2, i -> {
                meet(both);
                if (Thread.currentThread() != caller) {
                    thrower.set(Thread.currentThread());
                    throw new StackOverflowError("planted");
                }
            }));
            assertNotSame(caller, thrower.get());
            assertTrue(thrower.get().isDaemon());
        }
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        try (Workers workers = Workers.of(2)) {
            Thread.currentThread().interrupt();
            AtomicInteger count = new AtomicInteger();
            workers.forEach(50, i -> count.incrementAndGet());
            assertEquals(50, count.get());
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void closedWorkersRefuse() {
        Workers workers = Workers.of(2);
        workers.close();
        workers.close();
        assertThrows(IllegalStateException.class, () -> workers.forEach(1, i -> { }));
    }

    @Test
    void atLeastOneThread() {
        assertThrows(IllegalArgumentException.class, () -> Workers.of(0));
        assertEquals(1, Workers.serial().threads());
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
