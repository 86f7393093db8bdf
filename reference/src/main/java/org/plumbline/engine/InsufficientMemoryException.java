package org.plumbline.engine;

/** An array or a set of arrays that does not fit into the memory of this process. */
public final class InsufficientMemoryException extends RuntimeException {
    private InsufficientMemoryException(String message) {
        super(message);
    }

    /**
     * Checks before anything is allocated that {@code bytes} fit into what the heap has left.
     *
     * @param what what the memory is for, as the message will call it
     * @throws InsufficientMemoryException if they do not
     */
    public static void require(long bytes, String what) {
        Runtime runtime = Runtime.getRuntime();
        long available = available(runtime);
        if (bytes > available) {
            // What awaits collection is not in the way.
            System.gc();
            available = available(runtime);
        }
        if (bytes > available) {
            throw new InsufficientMemoryException(String.format(
                    "%s needs %,d MiB of memory, %,d MiB are left of a heap of %,d MiB; "
                            + "raise it with -Xmx or choose a smaller model",
                    what, bytes >> 20, available >> 20, runtime.maxMemory() >> 20));
        }
    }

    private static long available(Runtime runtime) {
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }

    /**
     * Checks before anything is allocated that {@code bytes} fit into the memory of a device.
     *
     * @param what what the memory is for, as the message will call it
     * @throws InsufficientMemoryException if they do not
     */
    public static void requireOnDevice(long bytes, long available, String device, String what) {
        if (bytes > available) {
            throw new InsufficientMemoryException(String.format(
                    "%s needs %,d MiB of memory on %s, which gives %,d MiB; choose a smaller model or batch",
                    what, bytes >> 20, device, available >> 20));
        }
    }
}
