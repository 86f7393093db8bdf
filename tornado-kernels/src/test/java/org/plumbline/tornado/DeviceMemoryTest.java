package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Bindings;
import org.plumbline.engine.BufferPlan;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** The account of a device's memory, and TornadoVM's own. */
class DeviceMemoryTest {
    private static final String OPTION = "tornado.device.memory";

    @Test
    void sizesAreReadAsTornadoVmReadsThem() {
        assertEquals(4L << 30, TornadoSettings.bytes("4GB"));
        assertEquals(512L << 20, TornadoSettings.bytes("512MB"));
        assertEquals(3L << 10, TornadoSettings.bytes("3KB"));
        assertEquals(1L << 40, TornadoSettings.bytes("1TB"));
        assertEquals(8589934592L, TornadoSettings.bytes("8589934592"));
        // Of "512B" TornadoVM makes 51.
        for (String size : List.of("", "4 GB", "4Gb", "-1GB", "512B", "GB", "1.5GB", "12345678GB")) {
            EngineUnavailableException bad =
                    assertThrows(EngineUnavailableException.class, () -> TornadoSettings.bytes(size));
            assertEquals("-D" + OPTION + "=" + size + ": expected a size such as 4GB or 512MB", bad.getMessage());
        }
    }

    @Test
    void moreIsNeverGivenBackThanIsHeld() {
        DeviceMemory memory = new DeviceMemory("a small device", 10);
        assertTrue(memory.take(10));
        assertThrows(IllegalStateException.class, () -> memory.giveBack(11));
        memory.giveBack(10);
        assertThrows(IllegalStateException.class, () -> memory.giveBack(0));
        assertEquals(0, memory.heldBytes());
    }

    /**
     * What the account accepts, TornadoVM accepts, again and again: what is closed comes back in full, and both refuse
     * what is more than TornadoVM is told to take. In a JVM of its own, since it is told once.
     */
    @Test
    void tornadoVmHasRoomForWhatTheAccountHas() {
        DeviceEngine.require();
        System.setProperty(OPTION, "16MB");
        TornadoSettings.apply();
        for (int code : new int[] {GraphSegment.CODE, 90}) {
            new Desk(new TornadoRunner.Factory(TornadoDevices.find(""), code)).fillsAndFrees();
        }
        GraphRunner beyond = new TornadoRunner.Factory(TornadoDevices.find(""))
                .create(Desk.lower(Desk.program(Desk.elements(1) + 1024)), Set.of());
        RuntimeException refused = assertThrows(RuntimeException.class, beyond::run);
        assertTrue(refused.toString().contains("Unable to allocate"), refused::toString);
    }

    /**
     * Programs {@code y = x + w + … + w} on the device, whose first sums are outputs, too, with as much memory as
     * TornadoVM takes.
     */
    private static final class Desk {
        private static final int TERMS = 5;

        private final GraphRunner.Factory runners;
        private final DeviceMemory memory = new DeviceMemory("a device", TornadoSettings.memoryLimit());
        private final GraphCache cache = new GraphCache(memory, 0, () -> {});

        Desk(GraphRunner.Factory runners) {
            this.runners = runners;
        }

        /** Elements of the largest of so many programs that fit together. */
        static int elements(int programs) {
            long overhead = lower(program(1)).bytes();
            long more = lower(program(2)).bytes() - overhead;
            return (int) ((TornadoSettings.memoryLimit() / programs - overhead) / more);
        }

        /** Three programs of which two fit, almost to the last byte, in turn. */
        void fillsAndFrees() {
            List<ProgramGraphs.Lease> live = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                int size = elements(2) - round % 3;
                if (live.size() == 2) {
                    assertThrows(InsufficientMemoryException.class, () -> open(size));
                    cache.retire(live.removeFirst());
                }
                live.add(open(size));
                run(live.getLast(), size, round);
                // Other constants, for which the graph's memory is freed and taken again.
                run(live.getLast(), size, -round);
            }
            live.forEach(cache::retire);
            run(open(1), 1, 1);
            assertEquals(lower(program(1)).bytes(), memory.heldBytes());
        }

        private ProgramGraphs.Lease open(int size) {
            Program program = program(size);
            return cache.lease(new GraphKey(program, Precision.DOUBLE, GroupPolicy.NEVER, runners),
                    () -> lower(program));
        }

        private static void run(ProgramGraphs.Lease lease, int size, double element) {
            Program program = program(size);
            double[] elements = filled(size, element);
            Bindings bindings = new Bindings(program, Precision.DOUBLE);
            program.inputs().keySet().forEach(name -> bindings.bind(name, Storage.of(elements)));
            int root = new BufferPlan(program).rootOf(program.output("y"));
            lease.run(Set.of("w"), Set.of("w"), bindings, graph -> assertArrayEquals(
                    filled(size, element * (TERMS + 1)), (double[]) graph.byRoot().get(root)));
        }

        private static double[] filled(int size, double element) {
            double[] elements = new double[size];
            Arrays.fill(elements, element);
            return elements;
        }

        private static Program program(int size) {
            ProgramBuilder b = new ProgramBuilder();
            Value w = b.real("w", size);
            Value y = b.real("x", size);
            SequencedMap<String, Value> outputs = new LinkedHashMap<>();
            for (int i = 0; i < TERMS; i++) {
                y = b.add(y, w);
                if (i < 2) {
                    outputs.put("first" + i, y);
                }
            }
            outputs.put("y", y);
            return b.build(outputs);
        }

        private static DeviceGraph lower(Program program) {
            TaskLowering<double[]> lowering = new TaskLowering64(GroupPolicy.NEVER);
            return DeviceGraph.of(program, new BufferPlan(program), Map.of(), Precision.DOUBLE, lowering);
        }
    }
}
