package org.plumbline.verification.scale;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.ModelException;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;

/**
 * A model to train and how, as a JSON file gives it. A field that is left out is that of {@link #DEFAULTS}.
 *
 * @param vocabulary tokens: 256 for bytes, or more for a byte-level BPE that is trained on the data
 * @param context positions of a sequence
 * @param width of the residual stream
 * @param layers blocks
 * @param heads of attention
 * @param hidden width of the MLP; left out or 0, four times the width
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
    /** A small model on bytes. */
    public static final TrainSettings DEFAULTS =
            new TrainSettings(256, 128, 128, 4, 4, 0, false, 1000, 16, 1e-3, 0.01, "single", 1);

    /** Beyond these, nothing that one machine trains. */
    private static final int MOST = 1 << 20;
    private static final int MOST_LAYERS = 1000;
    private static final int MOST_VOCABULARY = 1 << 24;
    private static final long MOST_ELEMENTS = 1 << 30;

    private static final double EPSILON = 1e-5;
    private static final double CLIP = 1;
    private static final int MICRO_BATCH = 4;

    /**
     * @throws InputException if the file is not such a configuration, or a value is out of range
     */
    public static TrainSettings read(Path path) {
        TrainSettings read = Json.readOver(path, DEFAULTS);
        TrainSettings settings = read.hidden == 0 ? read.withHidden() : read;
        List<String> faults = settings.faults();
        if (!faults.isEmpty()) {
            throw new InputException(path + ": " + String.join("; ", faults));
        }
        try {
            settings.model(settings.vocabulary);
            settings.training();
            return settings;
        } catch (ModelException | InputException e) {
            throw new InputException(path + ": " + e.getMessage(), e);
        }
    }

    private TrainSettings withHidden() {
        return new TrainSettings(vocabulary, context, width, layers, heads, Math.clamp(4L * width, 0, MOST), tiedHead,
                steps, batchSize, rate, weightDecay, precision, seed);
    }

    /** All values out of range, so that a file is mended once. */
    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        require(faults, "vocabulary", vocabulary, 2, MOST_VOCABULARY);
        require(faults, "context", context, 1, MOST);
        require(faults, "width", width, 1, MOST);
        require(faults, "layers", layers, 1, MOST_LAYERS);
        require(faults, "heads", heads, 1, MOST);
        require(faults, "hidden", hidden, 1, MOST);
        require(faults, "steps", steps, 1, Integer.MAX_VALUE);
        require(faults, "batchSize", batchSize, 1, MOST);
        if (faults.isEmpty() && (long) width * Math.max(vocabulary, Math.max(Math.max(3 * width, hidden), context))
                > MOST_ELEMENTS) {
            faults.add("found a matrix of more than " + MOST_ELEMENTS + " elements, expected a smaller width");
        }
        if (faults.isEmpty() && width % heads != 0) {
            faults.add("width: found " + width + ", expected a multiple of heads, " + heads);
        }
        if (!(rate > 0 && Double.isFinite(rate))) {
            faults.add("rate: found " + rate + ", expected a finite number above 0");
        }
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            faults.add("weightDecay: found " + weightDecay + ", expected a finite number of at least 0");
        }
        if (!"single".equals(precision) && !"double".equals(precision)) {
            faults.add("precision: found '" + precision + "', expected single or double");
        }
        return faults;
    }

    private static void require(List<String> faults, String name, long value, long least, long most) {
        if (value < least || value > most) {
            faults.add(name + ": found " + value + ", expected " + least + ".." + most);
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
