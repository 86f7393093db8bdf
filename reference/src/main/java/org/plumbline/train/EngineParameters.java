package org.plumbline.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;

/** A parameter vector as an engine sees it: the arrays themselves in double precision, rounded copies in single. */
final class EngineParameters {
    private final ParameterVector vector;
    private final Map<String, Storage> storages = new LinkedHashMap<>();

    EngineParameters(ParameterVector vector, Precision precision) {
        this.vector = vector;
        for (String name : vector.names()) {
            storages.put(name, Storage.of(precision, vector.array(name)));
        }
    }

    Map<String, Storage> storages() {
        return storages;
    }

    /** Makes a change of the vector visible to the engine. */
    void refresh(Workers workers) {
        Storage[] targets = storages.values().toArray(Storage[]::new);
        vector.forEach(workers, (parameter, from, to) -> {
            switch (targets[parameter]) {
                case Storage.Floats(float[] rounded) -> {
                    double[] exact = vector.array(parameter);
                    for (int i = from; i < to; i++) {
                        rounded[i] = (float) exact[i];
                    }
                }
                case Storage.Doubles _, Storage.Indices _ -> { }
            }
        });
    }
}
