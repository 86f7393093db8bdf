package org.plumbline.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Workers;
import org.plumbline.random.RandomStreams;

/** The pool with plain objects in place of executables. */
class ExecutablePoolTest {

    /**
     * No two threads hold one object, none is handed out for another shape, and there are no more of a shape than
     * threads.
     */
    @Property(tries = 20)
    void nothingIsShared(
            @ForAll @IntRange(min = 1, max = 4) int threads, @ForAll @IntRange(min = 1, max = 3) int shapes) {
        ExecutablePool<Integer, Held> pool = new ExecutablePool<>();
        Set<Held> inUse = ConcurrentHashMap.newKeySet();
        AtomicInteger[] made = new AtomicInteger[shapes];
        for (int shape = 0; shape < shapes; shape++) {
            made[shape] = new AtomicInteger();
        }
        try (Workers workers = Workers.of(threads)) {
            workers.forEach(200, i -> {
                int shape = i % shapes;
                pool.borrow(shape, () -> new Held(shape, made[shape].getAndIncrement()), held -> {
                    assertTrue(inUse.add(held));
                    assertEquals(shape, held.shape());
                    Thread.onSpinWait();
                    inUse.remove(held);
                });
            });
        }
        for (AtomicInteger count : made) {
            assertTrue(count.get() <= threads, () -> count + " made by " + threads + " threads");
        }
    }

    private record Held(int shape, int number) {}

    /** Against a list of what was given back, oldest shape first. */
    @Property(tries = 50)
    void noMoreAreKeptThanAskedFor(
            @ForAll @IntRange(min = 1, max = 4) int most, @ForAll @IntRange(min = 1, max = 4) int together,
            @ForAll long seed) {
        var random = RandomStreams.of(seed, "pool", 0);
        ExecutablePool<Integer, Object> pool = new ExecutablePool<>(most);
        Set<Object> kept = new HashSet<>();
        for (int round = 0; round < 20; round++) {
            List<ExecutablePool.Loan<Object>> loans = new ArrayList<>();
            int found = 0;
            for (int i = 0; i < together; i++) {
                ExecutablePool.Loan<Object> loan = pool.lend(random.nextInt(3), Object::new);
                found += kept.remove(loan.executable()) ? 1 : 0;
                loans.add(loan);
            }
            assertTrue(found <= most);
            for (ExecutablePool.Loan<Object> loan : loans) {
                loan.giveBack();
                kept.add(loan.executable());
            }
        }
    }

    /** The shape given back last survives, whatever came before. */
    @Example
    void theShapeUnusedLongestIsDropped() {
        ExecutablePool<String, Object> pool = new ExecutablePool<>(1);
        Object first = lent(pool, "a");
        assertSame(first, lent(pool, "a"));
        Object second = lent(pool, "b");
        assertSame(second, lent(pool, "b"));
        assertNotSame(first, lent(pool, "a"));
    }

    private static Object lent(ExecutablePool<String, Object> pool, String shape) {
        ExecutablePool.Loan<Object> loan = pool.lend(shape, Object::new);
        loan.giveBack();
        return loan.executable();
    }

    /** What was in use when something was thrown may be half written. */
    @Example
    void whatFailedIsDropped() {
        ExecutablePool<String, Object> pool = new ExecutablePool<>();
        Object first = lent(pool, "a");
        assertThrows(IllegalStateException.class, () -> pool.borrow("a", Object::new, held -> {
            assertSame(first, held);
            throw new IllegalStateException("failed");
        }));
        assertNotSame(first, lent(pool, "a"));
    }

    /** Of executables of 20 MiB one stays idle beside none, or as many as there are threads; small ones all stay. */
    @Example
    void noMoreBytesAreHeldThanTheLargestTake() {
        long mebi = 1L << 20;
        ExecutablePool<String, Object> one = new ExecutablePool<>(1, _ -> 20 * mebi);
        Object first = lent(one, "a");
        assertSame(first, lent(one, "a"));
        lent(one, "b");
        assertNotSame(first, lent(one, "a"));
        ExecutablePool<String, Object> two = new ExecutablePool<>(2, _ -> 20 * mebi);
        Object kept = lent(two, "a");
        Object other = lent(two, "b");
        assertSame(kept, lent(two, "a"));
        assertSame(other, lent(two, "b"));
        // One that is lent counts: another beside it takes the place of what is idle.
        ExecutablePool.Loan<Object> out = two.lend("a", Object::new);
        lent(two, "c");
        assertNotSame(other, lent(two, "b"));
        out.giveBack();
        ExecutablePool<Integer, Object> small = new ExecutablePool<>(1, _ -> mebi);
        List<Object> all = new ArrayList<>();
        for (int shape = 0; shape < 32; shape++) {
            int number = shape;
            ExecutablePool.Loan<Object> loan = small.lend(number, Object::new);
            all.add(loan.executable());
            loan.giveBack();
        }
        for (int shape = 0; shape < 32; shape++) {
            assertSame(all.get(shape), small.lend(shape, Object::new).executable());
        }
        assertEquals(40 * mebi, ExecutablePool.mostBytes(2, 9, 20 * mebi));
        assertEquals(32 * mebi, ExecutablePool.mostBytes(2, 99, mebi));
        assertEquals(2 * mebi, ExecutablePool.mostBytes(2, 1, mebi));
    }
}
