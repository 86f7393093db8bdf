package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;

/** Examples of one length as the inputs of a program that was batched over examples. */
public final class BatchedExamples {
    private BatchedExamples() {}

    /** Each input of the examples, stacked along a new leading axis. */
    public static Map<String, Storage> stack(List<Example> examples) {
        Map<String, Storage> stacked = new LinkedHashMap<>();
        int count = examples.size();
        examples.getFirst().storages(Precision.DOUBLE).forEach((name, storage) -> stacked.put(name, switch (storage) {
            case Storage.Indices(int[] array) -> Storage.of(new int[array.length * count]);
            default -> Storage.allocate(Precision.DOUBLE, storage.size() * count);
        }));
        for (int i = 0; i < count; i++) {
            int at = i;
            examples.get(i).storages(Precision.DOUBLE).forEach(
                    (name, storage) -> storage.copyTo(stacked.get(name), at * storage.size()));
        }
        return stacked;
    }
}
