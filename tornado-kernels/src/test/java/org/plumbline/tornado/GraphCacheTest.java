package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.autodiff.Vjp;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.program.Arguments;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Shape;

/** Executables that share graphs compute what each would alone; graphs are shared and kept as far as they can be. */
class GraphCacheTest {

    private final RunnerLog log = new RunnerLog(_ -> "create");
    private final Engine engine = TestDevice.engine(log, GroupPolicy.NEVER);

    private static Program derived(long seed, int operations) {
        Program random = RandomPrograms.program(seed, operations, false);
        return Vjp.of(random, realInputs(random));
    }

    /** An executable, and what is bound to it. */
    private static final class Bound {
        private final Executable executable;
        private Arguments arguments;

        Bound(Executable executable) {
            this.executable = executable;
        }

        void bind(Arguments all, boolean constant) {
            arguments = all;
            Map<String, Storage> storages = new LinkedHashMap<>();
            all.reals().forEach((name, values) -> storages.put(name, Storage.of(executable.precision(), values)));
            all.indices().forEach((name, values) -> storages.put(name, Storage.of(values)));
            if (constant) {
                executable.bindPresentConstants(storages);
            } else {
                executable.bindPresent(storages);
            }
        }

        void assertRuns() {
            executable.run();
            Map<String, double[]> found = new LinkedHashMap<>();
            executable.program().outputs().keySet().forEach(name -> found.put(name, executable.doubles(name)));
            Program program = executable.program();
            Runs.assertIdentical(Runs.run(LoweredEngine.scalar(), executable.precision(), program, arguments),
                    found, program::toString);
        }
    }

    /**
     * Whatever is bound to whichever of some executables of equal programs, as constant or not, and in whatever order
     * they run: each run gives the bits that the scalar engine gives on what is bound to it.
     */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void sharingDoesNotShow(@ForAll long seed, @ForAll @IntRange(min = 3, max = 12) int operations) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Bound> executables = Stream.generate(() -> new Bound(
                engine.compile(derived(seed, operations), Precision.DOUBLE))).limit(3).toList();
        executables.forEach(one -> one.bind(Arguments.random(one.executable.program(), 0), true));
        for (int step = 0; step < 12; step++) {
            Bound one = executables.get(random.nextInt(executables.size()));
            if (random.nextBoolean()) {
                one.bind(Arguments.random(one.executable.program(), random.nextInt(3)), random.nextInt(3) > 0);
            }
            one.assertRuns();
        }
        executables.forEach(Bound::assertRuns);
    }

    /** Results stay in an executable when another of an equal program has run. */
    @Test
    void resultsBelongToTheExecutable() {
        Bound first = bound(engine, 1);
        Bound second = bound(engine, 2);
        first.assertRuns();
        double[] of = first.executable.doubles("y").clone();
        second.assertRuns();
        assertArrayEquals(of, first.executable.doubles("y"));
        assertEquals(List.of("create"), log.calls());
    }

    @Test
    void oneGraphForEqualConstants() {
        List<Bound> executables = List.of(bound(engine, 1), bound(engine, 1), bound(engine, 1));
        executables.forEach(one -> one.bind(Arguments.random(one.executable.program(), 7), true));
        executables.forEach(Bound::assertRuns);
        executables.forEach(Bound::assertRuns);
        assertEquals(List.of("create"), log.calls());
        // Bound again with the elements that the device has.
        executables.getLast().bind(Arguments.random(executables.getLast().executable.program(), 7), true);
        executables.forEach(Bound::assertRuns);
        assertEquals(List.of("create"), log.calls());
    }

    /**
     * The second replaces the constants of the first; when that one runs again, both are in use and have a graph each.
     */
    @Test
    void oneGraphForEachSetOfConstantsInUse() {
        List<Bound> executables = List.of(bound(engine, 1), bound(engine, 2), bound(engine, 3));
        for (int k = 0; k < executables.size(); k++) {
            executables.get(k).bind(Arguments.random(executables.get(k).executable.program(), k), true);
        }
        executables.forEach(Bound::assertRuns);
        assertEquals(List.of("create", "reload", "reload"), log.calls());
        log.calls().clear();
        for (int run = 0; run < 3; run++) {
            executables.forEach(Bound::assertRuns);
        }
        assertEquals(List.of("create", "create"), log.calls());
    }

    @Test
    void threadsShareAGraph() throws InterruptedException {
        try (Workers workers = Workers.of(4)) {
            workers.forEach(16, task -> {
                Bound own = bound(engine, task);
                for (int run = 0; run < 20; run++) {
                    own.assertRuns();
                }
            });
        }
        assertEquals(List.of("create"), log.calls());
    }

    @Test
    void whatNobodyUsesIsKeptForTheNextEqualProgramWhereThereIsRoom() {
        GraphCache cache = cache(10);
        runAlone(cache, sum(2), 1);
        runAlone(cache, sum(3), 1);
        runAlone(cache, sum(2), 1);
        runAlone(cache, sum(2), 4);
        assertEquals(List.of("create", "create", "reload"), log.calls());
    }

    @Test
    void whatNobodyUsesIsClosedWhereThereIsNoRoom() {
        GraphCache cache = cache(0);
        runAlone(cache, sum(2), 1);
        runAlone(cache, sum(3), 1);
        runAlone(cache, sum(2), 1);
        assertEquals(List.of("create", "close", "create", "close", "create"), log.calls());
    }

    /** Room for one, of two tasks: that which ran last. */
    @Test
    void whatRanLongestAgoIsClosedFirst() {
        GraphCache cache = cache(3);
        runAlone(cache, sum(2), 1);
        runAlone(cache, sum(3), 1);
        runAlone(cache, sum(4), 1);
        assertEquals(List.of("create", "create", "close", "create"), log.calls());
        log.calls().clear();
        runAlone(cache, sum(4), 1);
        assertEquals(List.of("close"), log.calls());
    }

    /** The collector is asked when graphs hold more than there is room for, then when they hold twice what was left. */
    @Test
    void executablesThatAreGoneAreLookedFor() {
        AtomicInteger collections = new AtomicInteger();
        List<ProgramGraphs.Lease> gone = new ArrayList<>();
        List<GraphCache> itself = new ArrayList<>();
        GraphCache cache = new GraphCache(ample(), 3 * ProgramGraphs.KERNEL, () -> {
            collections.incrementAndGet();
            gone.forEach(itself.getFirst()::retire);
            gone.clear();
        });
        itself.add(cache);
        gone.add(run(cache, sum(2), 1));
        gone.add(run(cache, sum(3), 1));
        assertEquals(0, collections.get());
        // Two graphs of two kernels each are more than the room.
        run(cache, sum(4), 1);
        assertEquals(1, collections.get());
        // Found to be gone, one of them has room; with that of the third they hold four kernels.
        run(cache, sum(5), 1);
        assertEquals(List.of("create", "create", "create", "close", "create"), log.calls());
        run(cache, sum(6), 1);
        run(cache, sum(7), 1);
        assertEquals(1, collections.get());
        run(cache, sum(8), 1);
        assertEquals(2, collections.get());
    }

    /** Without a collector. */
    private static GraphCache cache(int kernels) {
        return new GraphCache(ample(), kernels * ProgramGraphs.KERNEL, () -> {});
    }

    private static DeviceMemory ample() {
        return new DeviceMemory("a large device", Long.MAX_VALUE);
    }

    private static Bound bound(Engine engine, long seed) {
        Bound bound = new Bound(engine.compile(sum(1), Precision.DOUBLE));
        bound.bind(Arguments.random(bound.executable.program(), seed), false);
        return bound;
    }

    /** {@code y = (x + w) + number}. */
    private static Program sum(double number) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("y", b.add(b.add(b.real("x", 3), b.real("w", 3)), b.fill(number, Shape.of(3))));
    }

    /** Runs a program on constants all equal to {@code element}, and gives its graph back. */
    private void runAlone(GraphCache cache, Program program, double element) {
        cache.retire(run(cache, program, element));
    }

    /** Runs a program on constants all equal to {@code element}, and keeps its graph. */
    private ProgramGraphs.Lease run(GraphCache cache, Program program, double element) {
        Bindings bindings = new Bindings(program, Precision.DOUBLE);
        double[] elements = new double[3];
        Arrays.fill(elements, element);
        program.inputs().keySet().forEach(name -> bindings.bind(name, Storage.of(elements)));
        BufferPlan plan = new BufferPlan(program);
        TaskLowering<double[]> lowering = new TaskLowering64(GroupPolicy.NEVER);
        ProgramGraphs.Lease lease = cache.lease(new GraphKey(program, Precision.DOUBLE, GroupPolicy.NEVER, log),
                () -> DeviceGraph.of(program, plan, Map.of(), Precision.DOUBLE, lowering));
        lease.run(program.inputs().keySet(), program.inputs().keySet(), bindings, graph -> {
            double[] y = (double[]) graph.byRoot().get(plan.rootOf(program.output("y")));
            Arguments arguments = new Arguments(Map.of("x", elements, "w", elements), Map.of());
            assertArrayEquals(Runs.run(program, arguments).get("y"), y);
        });
        return lease;
    }
}
