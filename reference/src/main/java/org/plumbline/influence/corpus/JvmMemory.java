package org.plumbline.influence.corpus;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/**
 * What the process takes beside the arrays of a stage: the young generation, which fills with short-lived garbage up to
 * its bound, and code, classes and stacks.
 */
final class JvmMemory {

    /**
     * Code, classes, stacks and libraries: what a fit of a model of a few kilobytes takes beside its young generation.
     */
    private static final long BASE_BYTES = 115_000_000;

    private JvmMemory() {}

    /** Bytes of this process; a collector without a bound on its young generation is counted without it. */
    static long bytes() {
        return BASE_BYTES + ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().contains("Eden") || pool.getName().contains("Survivor"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> Math.max(0, usage.getMax()))
                .sum();
    }
}
