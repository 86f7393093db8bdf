package org.plumbline.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.program.Program;

/**
 * A program over a fixed number of stacked examples, with the arrays that they are stacked in. One thread at a time.
 */
final class MicroBatch {
    private final ExampleTable table;
    private final int size;
    private final Executable executable;
    private final Map<String, Storage> stacked = new LinkedHashMap<>();

    /**
     * @param program inputs of the table's examples have a leading axis of {@code size}
     */
    MicroBatch(Engine engine, Program program, Precision precision, ExampleTable table, int size) {
        this.table = table;
        this.size = size;
        this.executable = engine.compile(program, precision);
        for (String name : table.inputs()) {
            Storage one = table.storage(0, name);
            int elements = Math.multiplyExact(size, one.size());
            Storage storage = switch (one) {
                case Storage.Indices _ -> Storage.of(new int[elements]);
                case Storage.Doubles _, Storage.Floats _ -> Storage.allocate(precision, elements);
            };
            stacked.put(name, storage);
        }
        executable.bindPresent(stacked);
    }

    void bindParameters(Map<String, Storage> parameters) {
        executable.bindPresent(parameters);
    }

    /**
     * Runs the program on {@code examples[from]} to {@code examples[to − 1]}, at least one and at most {@code size}.
     */
    Executable run(int[] examples, int from, int to) {
        stacked.forEach((name, storage) -> {
            for (int slot = 0; slot < size; slot++) {
                // A slot without an example repeats the last one, whose numbers are harmless, and bears no loss.
                boolean vacant = from + slot >= to;
                Storage one = table.storage(examples[vacant ? to - 1 : from + slot], name);
                copy(one, storage, slot, vacant && name.equals(Example.WEIGHTS));
            }
        });
        executable.run();
        return executable;
    }

    private static void copy(Storage one, Storage stacked, int slot, boolean blank) {
        int offset = slot * one.size();
        switch (stacked) {
            case Storage.Doubles(double[] target) when blank -> Arrays.fill(target, offset, offset + one.size(), 0);
            case Storage.Floats(float[] target) when blank -> Arrays.fill(target, offset, offset + one.size(), 0);
            case Storage.Doubles _, Storage.Floats _, Storage.Indices _ -> one.copyTo(stacked, offset);
        }
    }
}
