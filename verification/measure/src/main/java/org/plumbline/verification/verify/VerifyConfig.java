package org.plumbline.verification.verify;

import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.model.Gpt2Config;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;

/**
 * What {@code verify} runs: sizes of model and data, training, seeds.
 *
 * @param vocabulary most tokens of the tokenizer that is trained on the text, unless its bytes alone are more
 * @param context positions of a sequence
 * @param width residual stream
 * @param layers blocks
 * @param heads attention heads
 * @param hidden MLP width
 * @param sequences most training sequences
 * @param queries number of queries
 * @param steps training steps
 * @param batch sequences a step
 * @param rate peak learning rate
 * @param damping {@code λ_ℓ} as a multiple of the mean eigenvalue of layer {@code ℓ}'s exact block
 * @param seed of everything random
 */
public record VerifyConfig(
        int vocabulary, int context, int width, int layers, int heads, int hidden, int sequences, int queries,
        int steps, int batch, double rate, double damping, long seed) {

    private static final int MICRO_BATCH = 8;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double CLIP = 1;

    /** The default: about a minute on two cores. */
    public static VerifyConfig standard(long seed) {
        return new VerifyConfig(160, 32, 16, 2, 2, 32, 256, 10, 400, 16, 1e-2, 0.1, seed);
    }

    /** A run under 20 seconds. */
    public static VerifyConfig quick(long seed) {
        return new VerifyConfig(128, 24, 12, 1, 2, 24, 128, 8, 600, 16, 1e-2, 0.1, seed);
    }

    public VerifyConfig {
        require("vocabulary", vocabulary, 8, 65_536);
        require("context", context, 4, 4096);
        require("sequences", sequences, 16, 1_000_000);
        require("queries", queries, 8, 10_000);
        require("steps", steps, 1, 10_000_000);
        require("batch", batch, 1, sequences);
        requirePositive("learning rate", rate);
        requirePositive("damping", damping);
        require("width", width, 1, 65_536);
        require("layers", layers, 1, 1000);
        require("heads", heads, 1, 1000);
        require("hidden", hidden, 1, 1_000_000);
        if (width % heads != 0) {
            throw new InputException("width " + width + " is no multiple of " + heads + " heads");
        }
    }

    private static void require(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new InputException(name + " " + value + " is out of range: expected " + low + " to " + high);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new InputException(name + " " + value + " is out of range: expected a positive number");
        }
    }

    /** How the model is trained on this many sequences. */
    public TrainingConfig training(int examples) {
        int warmup = Math.min(Math.max(1, steps / 20), steps - 1);
        return new TrainingConfig(AdamW.withDecay(WEIGHT_DECAY),
                new Schedule.WarmupCosine(rate, rate / 100, warmup, steps), steps, Math.min(batch, examples),
                MICRO_BATCH, CLIP, Precision.DOUBLE, seed);
    }

    /** The model for a tokenizer with this many tokens. */
    public Gpt2Config model(int tokens) {
        return new Gpt2Config(tokens, context, width, layers, heads, hidden, false, 1e-5);
    }

    /** Parameters of the tracked MLP layers. */
    public int tracked() {
        return layers * (hidden * (width + 1) + width * (hidden + 1));
    }
}
