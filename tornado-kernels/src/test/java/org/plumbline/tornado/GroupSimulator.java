package org.plumbline.tornado;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Runs a kernel that works in groups in Java: a virtual thread for each work-item of a group, a barrier that they
 * share, and local arrays that they share. Groups run one after the other.
 *
 * <p>A barrier that only a part of a group reaches is an error, as it would hang a device.
 */
final class GroupSimulator {
    private GroupSimulator() {}

    /**
     * Runs the kernel for every work-item.
     *
     * @param kernel given the context of a work-item
     * @param watch told of every access that instrumented kernels make, or null
     * @throws AssertionError if a work-item fails, or leaves its group waiting
     */
    static void run(Grid grid, Consumer<KernelContext> kernel, LocalWatch watch) {
        for (int y = 0; y < grid.groupsY(); y++) {
            for (int x = 0; x < grid.groupsX(); x++) {
                new Group(grid.localX() * grid.localY(), watch).run(grid, x, y, kernel);
            }
        }
    }

    /** The work-items of one group. */
    private static final class Group {
        private final int items;
        private final LocalWatch watch;
        private final List<Object> localArrays = new ArrayList<>();
        private int waiting;
        private int finished;
        private int phase;
        private Throwable failure;

        Group(int items, LocalWatch watch) {
            this.items = items;
            this.watch = watch;
        }

        void run(Grid grid, int x, int y, Consumer<KernelContext> kernel) {
            List<Thread> threads = new ArrayList<>();
            for (int item = 0; item < items; item++) {
                SimulatedContext context =
                        new SimulatedContext(this, x, y, item % grid.localX(), item / grid.localX());
                int number = (y * grid.groupsX() + x) * items + item;
                threads.add(Thread.ofVirtual().unstarted(() -> {
                    try {
                        if (watch != null) {
                            watch.enter(number, () -> phase);
                        }
                        kernel.accept(context);
                        finish(null);
                    } catch (Throwable thrown) {
                        finish(thrown);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
            }
            if (watch != null) {
                watch.leaveGroup(localArrays);
            }
            if (failure != null) {
                throw new AssertionError(
                        "a work-item of group " + x + ", " + y + " failed: " + failure.getMessage(), failure);
            }
        }

        synchronized void await() throws InterruptedException {
            int arrival = phase;
            waiting++;
            proceed();
            while (phase == arrival && failure == null) {
                wait();
            }
            if (failure != null) {
                throw new IllegalStateException("another work-item failed");
            }
        }

        private synchronized void finish(Throwable thrown) {
            finished++;
            if (thrown != null && failure == null) {
                failure = thrown;
                notifyAll();
            }
            proceed();
        }

        /** Opens the barrier when everyone is there. */
        private void proceed() {
            if (waiting > 0 && waiting + finished == items) {
                if (finished > 0 && failure == null) {
                    failure = new IllegalStateException(
                            finished + " of " + items + " work-items are done while the others wait at a barrier");
                }
                waiting = 0;
                phase++;
                notifyAll();
            }
        }

        /** The group's local array of this number, made by whoever asks first. */
        synchronized Object local(int number, Object made) {
            if (number == localArrays.size()) {
                localArrays.add(made);
                if (watch != null) {
                    watch.local(made, maker());
                }
            }
            return localArrays.get(number);
        }
    }

    /** The method that has called the context. */
    private static String maker() {
        return StackWalker.getInstance().walk(frames -> frames
                .map(StackWalker.StackFrame::getMethodName)
                .dropWhile(name -> !name.startsWith("allocate"))
                .skip(1)
                .findFirst()
                .orElseThrow());
    }

    /** The context of one work-item. */
    private static final class SimulatedContext extends KernelContext {
        private final Group group;
        private int allocated;

        SimulatedContext(Group group, int groupX, int groupY, int localX, int localY) {
            this.group = group;
            set("groupIdx", groupX);
            set("groupIdy", groupY);
            set("localIdx", localX);
            set("localIdy", localY);
        }

        private void set(String field, int value) {
            try {
                Field position = KernelContext.class.getField(field);
                position.setAccessible(true);
                position.set(this, value);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void localBarrier() {
            try {
                group.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            float[] made = new float[size];
            Arrays.fill(made, Float.NaN);
            return (float[]) group.local(allocated++, made);
        }

        @Override
        public double[] allocateDoubleLocalArray(int size) {
            double[] made = new double[size];
            Arrays.fill(made, Double.NaN);
            return (double[]) group.local(allocated++, made);
        }
    }
}
