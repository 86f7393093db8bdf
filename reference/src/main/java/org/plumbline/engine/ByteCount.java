package org.plumbline.engine;

import java.util.Locale;

/** Bytes for a reader: in MiB, and in KiB where these are few. A need is rounded up and what is there down. */
public final class ByteCount {
    private static final int KIB = 10;
    private static final int MIB = 20;
    private static final long FEW = 10L << MIB;

    private ByteCount() {}

    /** What is needed. */
    public static String atLeast(long bytes) {
        return bytes < FEW ? text(Math.ceilDiv(bytes, 1L << KIB), "KiB") : text(Math.ceilDiv(bytes, 1L << MIB), "MiB");
    }

    /** What is there. */
    public static String atMost(long bytes) {
        return bytes < FEW ? text(bytes >> KIB, "KiB") : text(bytes >> MIB, "MiB");
    }

    private static String text(long count, String unit) {
        return String.format(Locale.ROOT, "%,d %s", count, unit);
    }
}
