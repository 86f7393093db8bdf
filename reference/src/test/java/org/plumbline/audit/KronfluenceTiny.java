package org.plumbline.audit;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.model.Example;
import org.plumbline.model.pretrained.PretrainedModel;

/** The small model that Kronfluence 1.0.1 scored (see {@code fixtures/kronfluence-tiny/ORIGIN.md}). */
final class KronfluenceTiny {
    private KronfluenceTiny() {}

    static Path folder() {
        try {
            return Path.of(KronfluenceTiny.class.getResource("/fixtures/kronfluence-tiny/data.safetensors").toURI())
                    .getParent();
        } catch (URISyntaxException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    static AuditedModel model() {
        PretrainedModel pretrained = PretrainedModel.load(folder().resolve("model"), Precision.DOUBLE);
        return AuditedModel.of(pretrained.model(), pretrained.parameters(), sequences("train"), 0,
                new Compute(VectorEngine.orScalar(Workers.serial()), Workers.serial()));
    }

    static List<int[]> sequences(String name) {
        try (SafetensorsFile file = SafetensorsFile.open(folder().resolve("data.safetensors"))) {
            int[] tokens = file.ints(name);
            int length = file.shape(name)[1];
            List<int[]> sequences = new ArrayList<>();
            for (int m = 0; m < tokens.length / length; m++) {
                sequences.add(Arrays.copyOfRange(tokens, m * length, (m + 1) * length));
            }
            return sequences;
        }
    }

    static List<Example> queries() {
        return sequences("query").stream().map(AuditedModel::example).toList();
    }
}
