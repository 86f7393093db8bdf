package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/**
 * GPT-2s of one or two blocks and heads, width 4 to 8, 3 to 7 tokens, head tied or not, on one to four sequences of
 * unequal lengths from one position on, some with a prompt that bears no loss, some padded on the left or right.
 */
public class Transformers extends Draw {

    /** What a transformer is drawn from. */
    record Limits(int blocks, int width, int vocabulary, int sequences, int least, int positions, Heads head) {}

    /** Whether the unembedding is the token embedding. */
    enum Heads { TIED, UNTIED, EITHER }

    Limits limits() {
        return new Limits(2, 8, 7, 4, 1, 5, Heads.EITHER);
    }

    @Override
    Setting draw(long seed, SplittableRandom random) {
        Limits limits = limits();
        int heads = between(random, 1, 2);
        int width = heads * between(random, (4 + heads - 1) / heads, limits.width() / heads);
        int hidden = between(random, 3, 7);
        boolean tied = switch (limits.head()) {
            case TIED -> true;
            case UNTIED -> false;
            case EITHER -> random.nextBoolean();
        };
        // Context for the longest sequence and its padding.
        Gpt2Config config = new Gpt2Config(between(random, 3, limits.vocabulary()), limits.positions() + 3, width,
                between(random, 1, limits.blocks()), heads, hidden == width ? hidden + 1 : hidden, tied, 1e-5);
        Gpt2 model = new Gpt2(config);
        Parameters parameters = parameters(model, random);
        List<Example> examples = new ArrayList<>();
        int sequences = between(random, 1, limits.sequences());
        for (int m = 0; m < sequences; m++) {
            examples.add(example(config.vocabulary(), between(random, limits.least(), limits.positions()), random));
        }
        return new Setting(config.toString(), seed, new Objective(model, parameters, examples), layers(model));
    }

    List<TrackedLayer> layers(Gpt2 model) {
        return model.layers();
    }

    /**
     * Gains of LayerNorm near 1, everything else normal of a deviation between 0.3 and 1: with GPT-2's own 0.02 the
     * logits are all alike and attention is flat.
     */
    private static Parameters parameters(Gpt2 model, SplittableRandom random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.space().shapes().forEach((name, shape) -> {
            double[] array = Perceptrons.normal(random, shape.size(), 0.3 + 0.7 * random.nextDouble());
            for (int i = 0; name.contains("ln_") && name.endsWith(".weight") && i < array.length; i++) {
                array[i] = 1 + 0.5 * array[i];
            }
            values.put(name, array);
        });
        return Parameters.ofDoubles(model.space(), values);
    }

    static Example example(int vocabulary, int positions, SplittableRandom random) {
        int[] tokens = random.ints(positions + 1, 0, vocabulary).toArray();
        int prompt = random.nextBoolean() ? 1 : between(random, 1, positions);
        Example example = Example.ofCompletion(tokens, prompt);
        return switch (random.nextInt(4)) {
            case 0 -> example.padRight(positions + between(random, 1, 2));
            case 1 -> example.padLeft(positions + between(random, 1, 2));
            default -> example;
        };
    }

    /** With an unembedding of its own. */
    public static final class Untied extends Transformers {
        @Override
        Limits limits() {
            return new Limits(2, 6, 5, 3, 1, 4, Heads.UNTIED);
        }
    }

    /** With so few label strings that all can be enumerated: at most {@code 4^3} a sequence. */
    public static final class FewLabels extends Transformers {
        @Override
        Limits limits() {
            return new Limits(2, 5, 4, 2, 1, 3, Heads.EITHER);
        }
    }

    /** Whose unembedding is the token embedding, with few label strings. */
    public static final class Tied extends Transformers {
        @Override
        Limits limits() {
            return new Limits(1, 5, 4, 2, 1, 3, Heads.TIED);
        }
    }

    /** Every sequence is one fed position and nothing before it. */
    public static final class OnePosition extends Transformers {
        @Override
        Limits limits() {
            return new Limits(1, 6, 6, 1, 1, 1, Heads.EITHER);
        }
    }

    /** At least three fed positions, so that positions can mix. */
    public static final class Mixing extends Transformers {
        @Override
        Limits limits() {
            return new Limits(2, 6, 5, 3, 3, 5, Heads.EITHER);
        }
    }

    /** Small ones, on the layers of the MLPs: those that influence is computed on by default. */
    public static final class MlpLayers extends Transformers {
        @Override
        Limits limits() {
            return new Limits(2, 5, 5, 3, 1, 4, Heads.EITHER);
        }

        @Override
        List<TrackedLayer> layers(Gpt2 model) {
            return model.mlpLayers();
        }
    }

    /** The smallest, on the layers of the MLP: for ground truths that take many solves. */
    public static final class Tiny extends Transformers {
        @Override
        Limits limits() {
            return new Limits(1, 4, 4, 2, 1, 3, Heads.EITHER);
        }

        @Override
        List<TrackedLayer> layers(Gpt2 model) {
            return model.mlpLayers();
        }
    }
}
