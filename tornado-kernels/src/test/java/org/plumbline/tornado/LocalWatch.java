package org.plumbline.tornado;

import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Finds races: which work-item last wrote each element of an array, and which read it, since when.
 *
 * <p>Two accesses of an element of a local array by different work-items, one of them a write, need a barrier between
 * them. Elements of other arrays need more: no barrier orders them for another group, nor does a local one within a
 * group, so an element that one work-item writes is nobody else's.
 *
 * <p>A local array is touched only by the method that makes it: when it is handed to another, TornadoVM 5.2.0
 * multiplies the index by the size of an element, and the kernel leaves the array.
 */
public final class LocalWatch {
    /** A phase that never ends. */
    private static final int WHOLE_KERNEL = -1;

    private static final ThreadLocal<LocalWatch> WATCH = new ThreadLocal<>();
    private static final ThreadLocal<Integer> ITEM = new ThreadLocal<>();
    private static final ThreadLocal<IntSupplier> PHASE = new ThreadLocal<>();

    /** Local arrays, and the method that made each. */
    private final Map<Object, String> locals = new IdentityHashMap<>();
    private final Map<Object, Map<Integer, Cell>> cells = new IdentityHashMap<>();

    /** Who touched an element in one phase. */
    private static final class Cell {
        private static final int NOBODY = -1;
        private static final int SEVERAL = -2;

        private int phase;
        private int writer = NOBODY;
        private int reader = NOBODY;
    }

    /** From now on this thread is work-item {@code item}. */
    void enter(int item, IntSupplier phase) {
        WATCH.set(this);
        ITEM.set(item);
        PHASE.set(phase);
    }

    synchronized void local(Object array, String method) {
        locals.put(array, method);
    }

    synchronized void leaveGroup(List<Object> localArrays) {
        localArrays.forEach(array -> {
            locals.remove(array);
            cells.remove(array);
        });
    }

    /** Called by instrumented kernels before an element is read. */
    public static void read(Object array, int index, String method) {
        WATCH.get().access(array, index, method, false);
    }

    /** Called by instrumented kernels before an element is written. */
    public static void write(Object array, int index, String method) {
        WATCH.get().access(array, index, method, true);
    }

    private synchronized void access(Object array, int index, String method, boolean write) {
        int length = Array.getLength(array);
        boolean local = locals.containsKey(array);
        String name = local ? "local array" : "array";
        if (index < 0 || index >= length) {
            throw new IllegalStateException("work-item " + ITEM.get() + " is out of bounds: element " + index + " of a "
                    + name + " of " + length);
        }
        if (local && !locals.get(array).equals(method)) {
            throw new IllegalStateException(method + " touches a local array that " + locals.get(array) + " has made");
        }
        int item = ITEM.get();
        int phase = local ? PHASE.get().getAsInt() : WHOLE_KERNEL;
        Cell cell = cells.computeIfAbsent(array, _ -> new HashMap<>()).computeIfAbsent(index, _ -> new Cell());
        if (cell.phase != phase) {
            cell.phase = phase;
            cell.writer = Cell.NOBODY;
            cell.reader = Cell.NOBODY;
        }
        boolean afterWrite = cell.writer != Cell.NOBODY && cell.writer != item;
        boolean afterRead = write && cell.reader != Cell.NOBODY && cell.reader != item;
        if (afterWrite || afterRead) {
            throw new IllegalStateException("race: work-item " + item + (write ? " writes" : " reads")
                    + " element " + index + " of a " + name + " that work-item "
                    + (afterWrite
                            ? cell.writer + " has written"
                            : (cell.reader == Cell.SEVERAL ? "others have" : cell.reader + " has") + " read")
                    + " without a barrier in between");
        }
        if (write) {
            cell.writer = item;
        } else {
            cell.reader = cell.reader == Cell.NOBODY || cell.reader == item ? item : Cell.SEVERAL;
        }
    }
}
