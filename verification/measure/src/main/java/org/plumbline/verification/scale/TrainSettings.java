package org.plumbline.verification.scale;

import java.nio.file.Path;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.ModelException;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;

/**
 * A model to train and how, as a JSON file gives it: every field, and no other.
 *
 * @param vocabulary tokens: 256 for bytes, or more for a byte-level BPE that is trained on the data
 * @param context positions of a sequence
 * @param width of the residual stream
 * @param layers blocks
 * @param heads of attention
 * @param hidden width of the MLP
 * @param tiedHead whether the unembedding is the token embedding
 * @param steps of training
 * @param batchSize sequences a step
 * @param rate peak learning rate
 * @param weightDecay of matrices
 * @param precision {@code single} or {@code double}
 * @param seed of parameters and order
 */
public record TrainSettings(
        int vocabulary, int context, int width, int layers, int heads, int hidden, boolean tiedHead, long steps,
        int batchSize, double rate, double weightDecay, String precision, long seed) {
    private static final double EPSILON = 1e-5;
    private static final double CLIP = 1;
    private static final int MICRO_BATCH = 4;

    /**
     * @throws InputException if the file is not such a configuration, or a value is out of range
     */
    public static TrainSettings read(Path path) {
        TrainSettings settings = Json.read(path, TrainSettings.class);
        try {
            settings.model(settings.vocabulary);
            settings.training();
            return settings;
        } catch (ModelException | InputException e) {
            throw new InputException(path + ": " + e.getMessage(), e);
        }
    }

    /** The architecture, for a tokenizer of {@code tokens}. */
    public Gpt2Config model(int tokens) {
        return new Gpt2Config(tokens, context, width, layers, heads, hidden, tiedHead, EPSILON);
    }

    /** Warm-up over a twentieth of the steps, then a cosine to a hundredth of the peak. */
    public TrainingConfig training() {
        if (steps < 1) {
            throw new InputException("steps: found " + steps + ", expected at least 1");
        }
        return new TrainingConfig(AdamW.withDecay(weightDecay),
                new Schedule.WarmupCosine(rate, rate / 100, Math.min(Math.max(1, steps / 20), steps - 1), steps),
                steps, batchSize, Math.min(MICRO_BATCH, batchSize), CLIP, enginePrecision(), seed);
    }

    private Precision enginePrecision() {
        return switch (precision) {
            case "single" -> Precision.SINGLE;
            case "double" -> Precision.DOUBLE;
            default -> throw new InputException("precision: found '" + precision + "', expected single or double");
        };
    }
}
