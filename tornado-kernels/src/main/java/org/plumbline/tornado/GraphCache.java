package org.plumbline.tornado;

import java.lang.ref.Cleaner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.plumbline.engine.Executable;
import org.plumbline.engine.InsufficientMemoryException;

/**
 * The graphs on a device, of all engines that run there. Graphs that no executable uses any more are kept for the next
 * equal program, as far as there is room; the least recently used are closed first.
 *
 * <p>The memory of one graph is promised to the executables of each program, so that what was compiled can run. Where
 * it does not suffice for another program, it is given back by, in turn: graphs that nobody uses; those of executables
 * that are gone; graphs that a program has beside its first. What then does not fit is refused before it starts.
 *
 * <p>An executable is gone when the garbage collector says so, and that knows of the Java heap alone: executables are
 * small, and what they hold lies on the device and in the driver. So the collector, where the owner of the JVM has
 * given one, is asked, too, whenever graphs hold twice what they held after it last ran.
 */
final class GraphCache {
    /** Some small graphs, which take longer to compile than to run, and no large one. */
    private static final long ROOM = 512 << 20;

    private static final Cleaner CLEANER = Cleaner.create();

    /** How long the cleaner may take to learn what was collected. */
    private static final long PATIENCE_SECONDS = 1;

    private final DeviceMemory memory;
    private final long room;
    private Runnable collector;
    private final LongSupplier clock = new AtomicLong()::incrementAndGet;
    private final Map<GraphKey, ProgramGraphs> graphs = new HashMap<>();
    private final Queue<ProgramGraphs.Lease> retired = new ConcurrentLinkedQueue<>();
    private long limit;
    private boolean collected;

    /** Without a collector, and with room for half a GiB. */
    GraphCache(DeviceMemory memory) {
        this(memory, ROOM, () -> {});
    }

    /**
     * @param memory of the device
     * @param room bytes that graphs may take which no executable uses: their arrays, and
     *     {@link ProgramGraphs#KERNEL} for each task
     * @param collector finds executables that are gone, and has their leases retired; some, perhaps, soon after
     */
    GraphCache(DeviceMemory memory, long room, Runnable collector) {
        this.memory = memory;
        this.room = room;
        this.collector = collector;
        this.limit = room;
    }

    /**
     * A lease of the graphs of this program.
     *
     * @param lowering makes a graph of it
     * @throws InsufficientMemoryException if it does not fit the device beside the programs of other executables
     */
    synchronized ProgramGraphs.Lease lease(GraphKey key, Supplier<DeviceGraph> lowering) {
        tidy();
        ProgramGraphs program = graphs.get(key);
        if (program == null) {
            program = lower(key, lowering);
            takeMemory(program);
            graphs.put(key, program);
        }
        return program.lease();
    }

    /**
     * Has garbage collected by {@code garbage} from now on, where that is needed. Executables are then retired by a
     * cleaner, which is waited for.
     */
    synchronized void collectWith(Runnable garbage) {
        collector = () -> collect(garbage);
    }

    /** Has the lease retired once the executable is gone. */
    void retireWith(Executable executable, ProgramGraphs.Lease lease) {
        CLEANER.register(executable, () -> retire(lease));
    }

    /** Tells, from any thread, that the executable of this lease is gone. */
    void retire(ProgramGraphs.Lease lease) {
        retired.add(lease);
    }

    private ProgramGraphs lower(GraphKey key, Supplier<DeviceGraph> lowering) {
        try {
            return new ProgramGraphs(key, lowering, memory, clock);
        } catch (InsufficientMemoryException full) {
            // The heap has a twin of every array on the device.
            collector.run();
            release();
            if (!closeLeastRecentlyUsed()) {
                throw full;
            }
            closeWhile(() -> true, this::closeLeastRecentlyUsed);
            return new ProgramGraphs(key, lowering, memory, clock);
        }
    }

    private void takeMemory(ProgramGraphs program) {
        String what = program.key().what();
        memory.requireAlone(program.bytes(), what);
        BooleanSupplier lacking = () -> !memory.take(program.bytes());
        boolean refused = closeWhile(lacking, this::closeLeastRecentlyUsed);
        // The second collection leaves the cleaner time for what the first has found.
        for (int collections = 0; collections < 2 && refused; collections++) {
            collector.run();
            release();
            refused = closeWhile(lacking, this::closeLeastRecentlyUsed);
        }
        if (refused && closeWhile(lacking, this::closeSpare)) {
            throw memory.refusal(program.bytes(), what);
        }
    }

    /** Closes graphs here and not in the thread that retires them, where nothing may fail. */
    private void tidy() {
        release();
        closeWhile(() -> graphs.values().stream().mapToLong(ProgramGraphs::idleBytes).sum() > room,
                this::closeLeastRecentlyUsed);
        long held = graphs.values().stream().mapToLong(ProgramGraphs::heldBytes).sum();
        if (collected) {
            limit = Math.max(room, 2 * held);
        }
        collected = held > limit;
        if (collected) {
            collector.run();
        }
    }

    private void release() {
        for (ProgramGraphs.Lease lease = retired.poll(); lease != null; lease = retired.poll()) {
            lease.release();
        }
    }

    /** Closes a graph as long as this is needed; whether it still is when there is none to close. */
    private static boolean closeWhile(BooleanSupplier needed, BooleanSupplier closeOne) {
        while (needed.getAsBoolean()) {
            if (!closeOne.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }

    /** Closes the idle graph whose last run is longest ago; false if there is none. */
    private boolean closeLeastRecentlyUsed() {
        Optional<ProgramGraphs> program = first(ProgramGraphs::idleSince);
        program.filter(ProgramGraphs::closeIdle).ifPresent(empty -> graphs.remove(empty.key()));
        return program.isPresent();
    }

    /** Closes the graph beside another of its program whose last run is longest ago; false if there is none. */
    private boolean closeSpare() {
        Optional<ProgramGraphs> program = first(ProgramGraphs::spareSince);
        program.ifPresent(ProgramGraphs::closeSpare);
        return program.isPresent();
    }

    /** The program of the earliest time, if there is one that is not {@link ProgramGraphs#NEVER}. */
    private Optional<ProgramGraphs> first(ToLongFunction<ProgramGraphs> time) {
        return graphs.values().stream()
                .filter(program -> time.applyAsLong(program) < ProgramGraphs.NEVER)
                .min(Comparator.comparingLong(time));
    }

    private static void collect(Runnable garbage) {
        CountDownLatch told = new CountDownLatch(1);
        CLEANER.register(new Object(), told::countDown);
        garbage.run();
        try {
            // Where nothing is collected on demand, the cleaner is told of nothing.
            told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
