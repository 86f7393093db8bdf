package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;

/** The simulator finds each fault in a kernel that has it, and none in one that has none. */
class GroupSimulatorTest {

    private static final Grid TWO_GROUPS = new Grid(2, 1, 8, 1);

    private static double[] run(String kernel) {
        double[] y = new double[16];
        GroupSimulator.run(TWO_GROUPS, new WatchedKernels(FaultyKernels.class).kernel(kernel, y), new LocalWatch());
        return y;
    }

    @Test
    void aKernelWithoutFaultRuns() {
        double[] expected = {7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8};
        assertArrayEquals(expected, run("reverse"));
    }

    @ParameterizedTest
    @CsvSource({
        "missingBarrier, without a barrier in between",
        "missingBarrierBeforeReuse, without a barrier in between",
        "twoWritersOfAnElement, without a barrier in between",
        "readsAnotherGroupsElement, without a barrier in between",
        "outOfBounds, element 8 of a local array of 8",
        "divergentBarrier, wait at a barrier",
        "localArrayHandedOn, touches a local array that localArrayHandedOn has made"
    })
    void aFaultIsFound(String kernel, String message) {
        AssertionError failure = assertThrows(AssertionError.class, () -> run(kernel));
        assertTrue(failure.getMessage().contains(message), failure::getMessage);
    }

    /** Kernels over groups of 8; only the first is right. */
    @SuppressWarnings("unused")
    static final class FaultyKernels {

        static void reverse(KernelContext context, double[] y) {
            double[] local = context.allocateDoubleLocalArray(8);
            int item = context.localIdx;
            int start = context.groupIdx * 8;
            local[item] = start + item;
            context.localBarrier();
            y[start + item] = local[7 - item];
        }

        static void missingBarrier(KernelContext context, double[] y) {
            double[] local = context.allocateDoubleLocalArray(8);
            int item = context.localIdx;
            local[item] = item;
            y[context.groupIdx * 8 + item] = local[7 - item];
        }

        static void missingBarrierBeforeReuse(KernelContext context, double[] y) {
            double[] local = context.allocateDoubleLocalArray(8);
            int item = context.localIdx;
            local[item] = item;
            context.localBarrier();
            double other = local[7 - item];
            local[item] = other;
            y[context.groupIdx * 8 + item] = other;
        }

        static void twoWritersOfAnElement(KernelContext context, double[] y) {
            y[context.groupIdx * 8 + context.localIdx / 2] = 1;
        }

        static void readsAnotherGroupsElement(KernelContext context, double[] y) {
            y[context.groupIdx * 8 + context.localIdx] = y[context.localIdx];
        }

        static void outOfBounds(KernelContext context, double[] y) {
            double[] local = context.allocateDoubleLocalArray(8);
            local[context.localIdx + 1] = 1;
        }

        static void localArrayHandedOn(KernelContext context, double[] y) {
            double[] local = context.allocateDoubleLocalArray(8);
            put(local, context.localIdx);
            y[context.groupIdx * 8 + context.localIdx] = local[context.localIdx];
        }

        private static void put(double[] local, int item) {
            local[item] = item;
        }

        static void divergentBarrier(KernelContext context, double[] y) {
            if (context.localIdx < 4) {
                context.localBarrier();
            }
        }
    }
}
