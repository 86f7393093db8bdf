package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.Engine;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;

/** Graphs share the memory of a device: what they hold is known, comes back, and is never more than there is. */
class GraphMemoryTest {
    private static final int SIZE = 100;

    /** {@code x}, {@code w} and {@code y}, 256 bytes beside each. */
    private static long bytes(int size) {
        return 3 * (8L * size + 256);
    }

    /** {@code y = x + w}, of so many elements. */
    private static Program sum(int size) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("y", b.add(b.real("x", size), b.real("w", size)));
    }

    /** A cache on a device with that memory. */
    private static final class Desk {
        private final MeteredDevice device;
        private final DeviceMemory memory;
        private final GraphCache cache;
        private final List<User> gone = new ArrayList<>();

        Desk(long bytes, long room) {
            device = new MeteredDevice(bytes);
            memory = new DeviceMemory("a small device", bytes);
            cache = new GraphCache(memory, room, () -> {
                gone.forEach(User::close);
                gone.clear();
            });
        }

        User open(int size) {
            return open(size, () -> lower(sum(size)));
        }

        User open(int size, Supplier<DeviceGraph> lowering) {
            Program program = sum(size);
            GraphKey key = new GraphKey(program, Precision.DOUBLE, GroupPolicy.NEVER, device);
            return new User(this, size, program, cache.lease(key, lowering));
        }

        /** Makes the cache look for what was given back. */
        void tidy() {
            assertThrows(InsufficientMemoryException.class, () -> open(100 * SIZE));
        }
    }

    private static DeviceGraph lower(Program program) {
        TaskLowering<double[]> lowering = new TaskLowering64(GroupPolicy.NEVER);
        return DeviceGraph.of(program, new BufferPlan(program), Map.of(), Precision.DOUBLE, lowering);
    }

    /** Who has a lease. */
    private record User(Desk desk, int size, Program program, ProgramGraphs.Lease lease) {

        /** On constants equal to {@code element}. */
        void run(double element) {
            double[] elements = new double[size];
            Arrays.fill(elements, element);
            double[] twice = new double[size];
            Arrays.fill(twice, element + element);
            Bindings bindings = new Bindings(program, Precision.DOUBLE);
            Set<String> inputs = program.inputs().keySet();
            inputs.forEach(name -> bindings.bind(name, Storage.of(elements)));
            int root = new BufferPlan(program).rootOf(program.output("y"));
            lease.run(inputs, inputs, bindings, graph ->
                    assertArrayEquals(twice, (double[]) graph.byRoot().get(root)));
        }

        void close() {
            desk.cache.retire(lease);
        }
    }

    private static long promised(Collection<User> users) {
        return users.stream().mapToInt(User::size).distinct().mapToLong(GraphMemoryTest::bytes).sum();
    }

    /**
     * Whoever opens, runs, closes or merely forgets programs of some sizes in whatever order: the account is what
     * graphs hold on the device, never more than it has; a program is refused exactly if a graph of it and one of
     * each program that someone uses do not fit; and whoever was not refused can run.
     */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void theAccountIsWhatGraphsHold(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long limit = bytes(SIZE) * random.nextInt(1, 5);
        boolean keeps = random.nextBoolean();
        Desk desk = new Desk(limit, keeps ? Long.MAX_VALUE : 0);
        List<User> users = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            int choice = random.nextInt(6);
            if (choice < 2 || users.isEmpty()) {
                int size = random.nextInt(1, 2 * SIZE);
                if (random.nextBoolean() && !users.isEmpty()) {
                    size = users.get(random.nextInt(users.size())).size();
                }
                Set<User> together = new HashSet<>(users);
                try {
                    User user = desk.open(size);
                    users.add(user);
                    user.run(random.nextInt(3));
                } catch (InsufficientMemoryException refused) {
                    User wanted = new User(desk, size, null, null);
                    together.add(wanted);
                    assertTrue(promised(together) > limit, refused::getMessage);
                }
            } else if (choice < 4) {
                users.get(random.nextInt(users.size())).run(random.nextInt(3));
            } else if (choice == 4) {
                users.remove(random.nextInt(users.size())).close();
            } else {
                desk.gone.add(users.remove(random.nextInt(users.size())));
            }
            assertEquals(desk.device.allocated(), desk.memory.heldBytes());
            assertTrue(desk.memory.heldBytes() <= limit);
            assertTrue(promised(users) <= desk.memory.heldBytes());
        }
        users.forEach(User::close);
        desk.gone.forEach(User::close);
        desk.tidy();
        assertEquals(keeps ? desk.device.allocated() : 0, desk.memory.heldBytes());
    }

    /** On a device that has room for as many programs as there are threads, while each thread uses one at a time. */
    @Test
    void threadsThatUseAProgramEachAreNotRefused() throws InterruptedException {
        int threads = 4;
        Desk desk = new Desk(threads * bytes(SIZE), Long.MAX_VALUE);
        try (Workers workers = Workers.of(threads)) {
            workers.forEach(threads, thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int round = 0; round < 50; round++) {
                    User user = desk.open(SIZE - random.nextInt(2 * threads));
                    user.run(random.nextInt(3));
                    user.run(random.nextInt(3));
                    user.close();
                }
            });
        }
        assertEquals(desk.device.allocated(), desk.memory.heldBytes());
    }

    @Test
    void memoryIsPromisedBeforeAnythingRuns() {
        Desk desk = new Desk(2 * bytes(SIZE), 0);
        User first = desk.open(SIZE);
        desk.open(SIZE - 1);
        assertEquals(bytes(SIZE) + bytes(SIZE - 1), desk.memory.heldBytes());
        assertThrows(InsufficientMemoryException.class, () -> desk.open(SIZE - 2));
        // Another of the same program needs no graph of its own.
        desk.open(SIZE);
        assertEquals(List.of(), desk.device.calls());
        first.run(1);
        assertEquals(List.of("create " + SIZE), desk.device.calls());
    }

    @Test
    void theErrorNamesTheProgramWhatItNeedsWhatIsHeldAndWhatThereIs() {
        Desk desk = new Desk(9 << 20, 0);
        List<User> users = List.of(desk.open(1 << 17), desk.open(1 << 16), desk.open(1 << 16));
        InsufficientMemoryException refused =
                assertThrows(InsufficientMemoryException.class, () -> desk.open(3 << 16));
        // 4.5 MiB beside 3 and 1.5, and 256 bytes for each array.
        assertEquals("a program of 3 operations in double precision that gives 'y' needs 5 MiB of memory "
                + "on a small device, which gives 9 MiB and holds 2 live graphs of 5 MiB; "
                + "choose a smaller model or batch", refused.getMessage());
        users.forEach(user -> user.run(2));
    }

    @Test
    void whatIsClosedGivesItsMemoryBack() {
        Desk desk = new Desk(bytes(SIZE), 0);
        for (int size = 1; size <= SIZE; size++) {
            User user = desk.open(size);
            user.run(size);
            assertEquals(bytes(size), desk.memory.heldBytes());
            user.close();
        }
    }

    /** By their last runs, not by when they were asked for. */
    @Test
    void theLeastRecentlyUsedOfIdleGraphsIsClosedFirst() {
        Desk desk = new Desk(bytes(SIZE) * 3, Long.MAX_VALUE);
        List<User> users = List.of(desk.open(SIZE), desk.open(SIZE - 1), desk.open(SIZE - 2));
        users.forEach(user -> user.run(0));
        users.get(1).run(0);
        users.get(0).run(0);
        users.forEach(User::close);
        desk.device.calls().clear();
        desk.open(SIZE - 3).run(0);
        assertEquals(List.of("close 98", "create 97"), desk.device.calls());
        desk.open(SIZE - 4).run(0);
        assertEquals(List.of("close 98", "create 97", "close 99", "create 96"), desk.device.calls());
        // What is there is taken as it is.
        desk.open(SIZE).run(0);
        assertEquals(4, desk.device.calls().size());
    }

    @Test
    void nothingIsClosedForAProgramThatFitsNoEmptyDevice() {
        Desk desk = new Desk(bytes(SIZE), Long.MAX_VALUE);
        User user = desk.open(SIZE);
        user.run(0);
        user.close();
        assertThrows(InsufficientMemoryException.class, () -> desk.open(SIZE + 1));
        assertEquals(List.of("create " + SIZE), desk.device.calls());
    }

    /** Two with constants of their own have a graph each while there is room, and take turns on one without. */
    @Test
    void aSecondGraphOfAProgramIsGivenUpForAnotherProgram() {
        Desk desk = new Desk(bytes(SIZE) * 2, 0);
        User first = desk.open(SIZE);
        User second = desk.open(SIZE);
        for (int run = 0; run < 2; run++) {
            first.run(1);
            second.run(2);
        }
        assertEquals(2 * bytes(SIZE), desk.memory.heldBytes());
        User third = desk.open(SIZE - 1);
        assertEquals(bytes(SIZE), desk.device.allocated());
        for (int run = 0; run < 3; run++) {
            first.run(1);
            second.run(2);
            third.run(3);
        }
        assertEquals(bytes(SIZE) + bytes(SIZE - 1), desk.memory.heldBytes());
        third.close();
        desk.tidy();
        assertEquals(bytes(SIZE), desk.memory.heldBytes());
    }

    /** The device's arrays are on the heap, too. */
    @Test
    void idleGraphsAreClosedWhereTheHeapIsFull() {
        Desk desk = new Desk(Long.MAX_VALUE, Long.MAX_VALUE);
        User idle = desk.open(SIZE);
        idle.run(0);
        desk.gone.add(idle);
        int[] attempts = new int[1];
        desk.open(SIZE - 1, () -> {
            if (attempts[0]++ == 0) {
                InsufficientMemoryException.require(Long.MAX_VALUE, "an array");
            }
            return lower(sum(SIZE - 1));
        }).run(0);
        assertEquals(List.of("create 100", "close 100", "create 99"), desk.device.calls());
    }

    /** Java's own collector finds executables that nobody can reach. */
    @Test
    void executablesThatAreGoneGiveTheirMemoryBack() {
        Engine engine = TestDevice.engine(new MeteredDevice(bytes(SIZE)), GroupPolicy.NEVER, bytes(SIZE));
        for (int size = SIZE; size > SIZE - 3; size--) {
            compileAndRun(engine, size);
        }
    }

    private static void compileAndRun(Engine engine, int size) {
        var executable = engine.compile(sum(size), Precision.DOUBLE);
        executable.bind("x", Storage.of(new double[size]));
        executable.bind("w", Storage.of(new double[size]));
        executable.run();
    }
}
