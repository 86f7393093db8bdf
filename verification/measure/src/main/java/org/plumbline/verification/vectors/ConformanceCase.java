package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;
import org.plumbline.program.ActivationFunction;
import org.plumbline.random.RandomStreams;

/**
 * The cases of a set: one without anything special, and one for each corner that implementations get wrong. Each can be
 * checked without the others.
 */
enum ConformanceCase {
    GPT2("gpt2", "GPT-2 of two blocks; prompts, several lengths, padding on the right") {
        @Override
        ConformanceProblem problem(long seed) {
            Decoder model = new Gpt2(new Gpt2Config(20, 10, 8, 2, 2, 12, false, EPSILON));
            return ConformanceProblem.random(
                    model, seed, completions(seed, "training", 14, 3), completions(seed, "queries", 4, 1));
        }

        /** One in {@code prompted} has a prompt, half of its tokens. */
        private static List<Example> completions(long seed, String purpose, int count, int prompted) {
            List<Example> sequences = new ArrayList<>();
            for (int m = 0; m < count; m++) {
                RandomGenerator random = RandomStreams.of(seed, purpose, m);
                int[] tokens = random.ints(random.nextInt(4, 12), 0, 20).toArray();
                int prompt = m % prompted == 0 ? tokens.length / 2 : 1;
                sequences.add(Example.ofCompletion(tokens, prompt).padRight(10));
            }
            return sequences;
        }
    },

    NO_BIAS("no-bias", "Llama of two blocks: layers without a bias, W_bar = W; RMSNorm, rotary embedding, grouped "
            + "queries and a gated MLP") {
        @Override
        ConformanceProblem problem(long seed) {
            Decoder model = new Llama(new LlamaConfig(LlamaConfig.Family.LLAMA, VOCABULARY, LENGTH, WIDTH, 2, 2, 1, 2,
                    HIDDEN, ActivationFunction.SILU, new RotaryEmbedding(2, 10_000, new RotaryScaling.None()), false,
                    false, false, EPSILON));
            return ConformanceProblem.random(model, seed,
                    sequences(seed, "training", LENGTH).rightPadded(SEQUENCES),
                    sequences(seed, "queries", LENGTH).rightPadded(QUERIES));
        }
    },

    TIED_HEAD("tied-head", "GPT-2 whose output layer is the token embedding; that parameter, used twice, is the last "
            + "block, without Kronecker factors: inverse.kfac, inverse.ekfac and what follows are zero in it") {
        @Override
        ConformanceProblem problem(long seed) {
            Decoder model = gpt2(true, LENGTH);
            return ConformanceProblem.random(model, seed,
                            sequences(seed, "training", LENGTH).rightPadded(SEQUENCES),
                            sequences(seed, "queries", LENGTH).rightPadded(QUERIES))
                    .with(model.outputLayer().orElseThrow().weight());
        }
    },

    LEFT_PADDING("left-padding", "GPT-2 on sequences of 1 to T positions with padding on the left, where positions are "
            + "numbered from the first fed one and attention sees no padding") {
        @Override
        ConformanceProblem problem(long seed) {
            return ConformanceProblem.random(gpt2(false, LENGTH), seed,
                    sequences(seed, "training", LENGTH).leftPadded(SEQUENCES, 3),
                    sequences(seed, "queries", LENGTH).leftPadded(QUERIES, 1));
        }
    },

    MASKS("masks", "GPT-2 on sequences with masked positions in the middle: fed without loss, or not fed at all, as "
            + "though they were not there; and sequences without any loss, which count in N, A, S and n_bar") {
        @Override
        ConformanceProblem problem(long seed) {
            return ConformanceProblem.random(gpt2(false, LENGTH), seed,
                    sequences(seed, "training", LENGTH).masked(SEQUENCES, true),
                    sequences(seed, "queries", LENGTH).masked(QUERIES, false));
        }
    },

    ONE_POSITION("one-position", "GPT-2 on sequences of one position, T = 1, the last two without loss") {
        @Override
        ConformanceProblem problem(long seed) {
            return ConformanceProblem.random(gpt2(false, 1), seed,
                    sequences(seed, "training", 1).single(SEQUENCES, 2),
                    sequences(seed, "queries", 1).single(QUERIES, 0));
        }
    };

    private static final int VOCABULARY = 11;
    private static final int LENGTH = 8;
    private static final int WIDTH = 4;
    private static final int HIDDEN = 6;
    private static final int SEQUENCES = 12;
    private static final int QUERIES = 3;
    private static final double EPSILON = 1e-5;

    private final String folder;
    private final String about;

    ConformanceCase(String folder, String about) {
        this.folder = folder;
        this.about = about;
    }

    /** Its name, and that of its folder. */
    String folder() {
        return folder;
    }

    /** What it has that others have not. */
    String about() {
        return about;
    }

    /** Model and data, with random numbers of this seed. */
    abstract ConformanceProblem problem(long seed);

    private static Decoder gpt2(boolean tied, int context) {
        return new Gpt2(new Gpt2Config(VOCABULARY, context, WIDTH, 2, 2, HIDDEN, tied, EPSILON));
    }

    final ConformanceSequences sequences(long seed, String purpose, int length) {
        return new ConformanceSequences(seed, folder + " " + purpose, VOCABULARY, length);
    }
}
