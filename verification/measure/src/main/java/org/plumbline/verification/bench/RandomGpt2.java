package org.plumbline.verification.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteTokenizer;
import org.plumbline.text.HuggingFaceTokenizer;

/** A model folder of GPT-2's size, 124 million parameters, with random weights and a tokenizer that reads bytes. */
public final class RandomGpt2 {
    /** 12 blocks of width 768, MLPs of 3072, 50 257 tokens. */
    public static final Gpt2Config SIZE = new Gpt2Config(50257, 1024, 768, 12, 12, 3072, true, 1e-5);

    /** Of GPT-2's initialization. */
    private static final double DEVIATION = 0.02;

    private RandomGpt2() {}

    /** Writes the folder, 0.5 GB; weights are uniform with GPT-2's deviation, gains 1 and biases 0. */
    public static void write(Path folder) {
        Gpt2 model = new Gpt2(SIZE);
        Map<String, Storage> values = new LinkedHashMap<>();
        RandomGenerator random = RandomStreams.of(1, "parameters", 0);
        double range = DEVIATION * Math.sqrt(12);
        // Drawn in single precision at once: in double they would need twice the memory.
        model.space().shapes().forEach((name, shape) -> {
            float[] array = new float[shape.size()];
            boolean vector = shape.rank() == 1;
            for (int i = 0; i < array.length; i++) {
                array[i] = vector ? name.endsWith(".weight") ? 1 : 0 : (float) (range * (random.nextDouble() - 0.5));
            }
            values.put(name, Storage.of(array));
        });
        new PretrainedModel(model, new Parameters(model.space(), Precision.SINGLE, values)).save(folder);
        new ByteTokenizer().save(folder.resolve(HuggingFaceTokenizer.FILE));
    }
}
