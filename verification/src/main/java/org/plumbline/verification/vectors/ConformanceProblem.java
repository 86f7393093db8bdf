package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.train.RandomStreams;

/**
 * The model and the data that a set is about.
 *
 * @param training sequences, padded on the right to one length
 * @param queries prompts with completions, padded likewise
 */
record ConformanceProblem(Decoder model, Parameters parameters, List<Example> training, List<Example> queries) {
    private static final int VOCABULARY = 20;
    private static final int LENGTH = 10;
    private static final int SEQUENCES = 14;
    private static final int QUERIES = 4;

    /** Far enough from initialisation that biases, gains and residuals all matter. */
    private static final double NOISE = 0.15;

    ConformanceProblem {
        training = List.copyOf(training);
        queries = List.copyOf(queries);
    }

    /**
     * A GPT-2 of two blocks with random parameters and random sequences: nothing in it is special, so a mistake shows.
     * It has layers that are wider than high and the other way round, sequences of several lengths, padding, and
     * prompts.
     */
    static ConformanceProblem random(long seed) {
        Gpt2 model = new Gpt2(new Gpt2Config(VOCABULARY, LENGTH, 8, 2, 2, 12, false, 1e-5));
        Parameters initial = model.initialise(RandomStreams.of(seed, "parameters", 0));
        RandomGenerator noise = RandomStreams.of(seed, "noise", 0);
        Map<String, double[]> values = new LinkedHashMap<>();
        for (String name : model.space().shapes().keySet()) {
            double[] moved = initial.doubles(name).clone();
            Arrays.setAll(moved, i -> moved[i] + NOISE * noise.nextGaussian());
            values.put(name, moved);
        }
        return new ConformanceProblem(model, Parameters.ofDoubles(model.space(), values),
                sequences(seed, "training", SEQUENCES, 3), sequences(seed, "queries", QUERIES, 1));
    }

    /** One in {@code prompted} has a prompt, half of its tokens. */
    private static List<Example> sequences(long seed, String purpose, int count, int prompted) {
        List<Example> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            RandomGenerator random = RandomStreams.of(seed, purpose, m);
            int[] tokens = random.ints(random.nextInt(4, LENGTH + 2), 0, VOCABULARY).toArray();
            int prompt = m % prompted == 0 ? tokens.length / 2 : 1;
            sequences.add(Example.ofCompletion(tokens, prompt).padRight(LENGTH));
        }
        return sequences;
    }
}
