package org.plumbline.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.program.Program;

/**
 * Runs a program over any number of examples in micro-batches of fixed size, several at once.
 *
 * <p>Examples are cut into micro-batches regardless of the number of threads, and results are handed over in the order
 * of the micro-batches: a wave of as many as there are threads runs in parallel, then the next. So a sum over them has
 * one order, and memory one executable a thread.
 */
final class MicroBatches {
    private final Workers workers;
    private final int size;
    private final List<MicroBatch> slots = new ArrayList<>();

    /** Receives the results of micro-batches, first to last. */
    interface Wave {
        /**
         * @param first index, among the examples, of the first example of the first micro-batch
         * @param results what each micro-batch computed; to be read before returning
         */
        void accept(int first, List<Executable> results);
    }

    /**
     * @param program over {@code size} stacked examples
     * @param mostExamples the largest number of examples that will be run at once
     */
    MicroBatches(
            Engine engine, Program program, Precision precision, ExampleTable table, int size, int mostExamples,
            Workers workers) {
        this.workers = workers;
        this.size = size;
        int count = Math.min(workers.threads(), Math.ceilDiv(mostExamples, size));
        for (int slot = 0; slot < count; slot++) {
            slots.add(new MicroBatch(engine, program, precision, table, size));
        }
    }

    void bindParameters(Map<String, Storage> parameters) {
        slots.forEach(slot -> slot.bindParameters(parameters));
    }

    void run(int[] examples, Wave wave) {
        int stride = Math.multiplyExact(size, slots.size());
        for (int start = 0; start < examples.length; start += stride) {
            int first = start;
            int count = Math.min(slots.size(), Math.ceilDiv(examples.length - first, size));
            Executable[] results = new Executable[count];
            workers.forEach(count, slot -> {
                int from = first + slot * size;
                results[slot] = slots.get(slot).run(examples, from, Math.min(examples.length, from + size));
            });
            wave.accept(first, Arrays.asList(results));
        }
    }
}
