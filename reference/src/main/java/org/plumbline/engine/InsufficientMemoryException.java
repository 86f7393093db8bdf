package org.plumbline.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Objects;
import org.plumbline.PlumblineException;

/** An array or a set of arrays that does not fit into the memory of this process. */
public final class InsufficientMemoryException extends PlumblineException {
    /** Found by scans in heaps ever smaller: with less, some that were let pass ran out of memory. */
    private static final long RESERVE = 10L << 20;

    private InsufficientMemoryException(String message) {
        super(message);
    }

    /**
     * Checks before anything is allocated that {@code bytes} fit into what the heap has left beside the objects that
     * outlived the last garbage collection. Those are fewer than the heap holds now, since much of that is garbage.
     *
     * <p>Large arrays go to the old generation, which is all of the heap but the young one. A reserve is kept for what
     * no plan counts: texts, tokens and programs of the moment.
     *
     * @param what what the memory is for, as the message will call it
     * @throws InsufficientMemoryException if they do not
     */
    public static void require(long bytes, String what) {
        long available = heap() - Math.min(used(), outlived());
        if (bytes > available - RESERVE) {
            throw new InsufficientMemoryException(String.format(Locale.ROOT,
                    "%s needs %s of memory and a reserve of %s, %s are left of a heap of %s; "
                            + "raise it with -Xmx or choose a smaller model",
                    what, ByteCount.atLeast(bytes), ByteCount.atLeast(RESERVE),
                    ByteCount.atMost(Math.max(0, available)), ByteCount.atMost(Runtime.getRuntime().maxMemory())));
        }
    }

    /** Bytes of the heap that an array may have, without the young generation where that has a size of its own. */
    private static long heap() {
        long young = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().contains("Eden") || pool.getName().contains("Survivor"))
                .map(MemoryPoolMXBean::getUsage)
                .filter(usage -> usage.getMax() > 0 && usage.getMax() < Runtime.getRuntime().maxMemory())
                .mapToLong(MemoryUsage::getMax)
                .sum();
        return Runtime.getRuntime().maxMemory() - young;
    }

    private static long outlived() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /**
     * Checks before anything is allocated that {@code bytes} fit into the memory of a device.
     *
     * @param what what the memory is for, as the message will call it
     * @throws InsufficientMemoryException if they do not
     */
    public static void requireOnDevice(long bytes, long available, String device, String what) {
        if (bytes > available) {
            throw onDevice(bytes, 0, 0, available, device, what);
        }
    }

    /**
     * That {@code bytes} do not fit into the memory of a device, a part of which is held.
     *
     * @param held bytes that are in use
     * @param graphs how many graphs hold them
     * @param available bytes of the device that may be in use
     * @param what what the memory is for, as the message will call it
     */
    public static InsufficientMemoryException onDevice(
            long bytes, long held, int graphs, long available, String device, String what) {
        String others = graphs == 0 ? "" : String.format(Locale.ROOT,
                " and holds %,d live graph%s of %,d MiB", graphs, graphs == 1 ? "" : "s", mebibytes(held));
        return new InsufficientMemoryException(String.format(Locale.ROOT,
                "%s needs %,d MiB of memory on %s, which gives %,d MiB%s; choose a smaller model or batch",
                what, mebibytes(bytes), device, available >> 20, others));
    }

    /** Rounded up, so that what does not fit does not look as if it did. */
    private static long mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }
}
