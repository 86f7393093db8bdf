package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.GptNeoXConfig;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.Normalization;
import org.plumbline.model.Parameters;
import org.plumbline.model.RotaryEmbedding;
import org.plumbline.model.RotaryScaling;
import org.plumbline.model.TrackedLayer;
import org.plumbline.model.Transformer;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.program.ActivationFunction;

/**
 * Decoders of every architecture: GPT-2, GPT-NeoX with attention and MLP in parallel or in sequence and a part of each
 * head or all of it rotated, Llama, Qwen2 and OLMo 2 with queries in groups, and the families of {@link FamilyOptions}
 * with norms of queries and keys, windows, soft-caps and multipliers; heads tied and untied, with and without
 * the biases that are an option, of one or two blocks, on sequences as those of {@link Transformers}.
 */
public class Decoders extends Draw {
    private static final int CONTEXT = 8;

    /** Which may be drawn. */
    enum Architecture { GPT2, GPT_NEOX, LLAMA, PAGE }

    List<Architecture> architectures() {
        return List.of(Architecture.values());
    }

    /** The families that a page describes and that may be drawn. */
    List<String> families() {
        return FamilyOptions.TYPES;
    }

    /** Whether logits may have a soft-cap. */
    boolean softCaps() {
        return true;
    }

    boolean tied(SplittableRandom random) {
        return random.nextBoolean();
    }

    int blocks() {
        return 2;
    }

    /** Whether some of a GPT-NeoX's key biases are of dimensions that are not rotated. */
    boolean freeKeyBias(SplittableRandom random) {
        return random.nextBoolean();
    }

    /** How far from 1 gains are. */
    double gainDeviation() {
        return 0.5;
    }

    List<TrackedLayer> layers(Decoder model) {
        return model.layers();
    }

    /** The least number of fed positions of a sequence. */
    int positions() {
        return 1;
    }

    @Override
    Setting draw(long seed, SplittableRandom random) {
        int vocabulary = between(random, 3, 6);
        Decoder model = switch (architectures().get(random.nextInt(architectures().size()))) {
            case GPT2 -> gpt2(vocabulary, random);
            case GPT_NEOX -> gptNeoX(vocabulary, random);
            case LLAMA -> llama(vocabulary, random);
            case PAGE -> PretrainedModel.architecture(new FamilyOptions(random).draw(
                    families(), vocabulary, CONTEXT, between(random, 1, blocks()), tied(random), softCaps()));
        };
        Parameters parameters = parameters(model, random);
        List<Example> examples = new ArrayList<>();
        int sequences = between(random, 1, 3);
        for (int m = 0; m < sequences; m++) {
            examples.add(Transformers.example(vocabulary, between(random, positions(), 5), random));
        }
        String config = switch (model) {
            case Gpt2 gpt2 -> gpt2.config().toString();
            case GptNeoX neoX -> neoX.config().toString();
            case Llama llama -> llama.config().toString();
            case Transformer other -> other.options().toString();
        };
        return new Setting(config, seed, new Objective(model, parameters, examples), layers(model));
    }

    private Decoder gpt2(int vocabulary, SplittableRandom random) {
        int heads = between(random, 1, 2);
        return new Gpt2(new Gpt2Config(vocabulary, CONTEXT, heads * between(random, 2, 3), between(random, 1, blocks()),
                heads, between(random, 3, 5), tied(random), 1e-5, activation(random), random.nextBoolean(),
                random.nextBoolean()));
    }

    private Decoder gptNeoX(int vocabulary, SplittableRandom random) {
        int heads = between(random, 1, 2);
        boolean free = freeKeyBias(random);
        int size = between(random, free ? 3 : 2, 5);
        int pairs = between(random, 1, (free ? size - 1 : size) / 2);
        RotaryEmbedding rotary = new RotaryEmbedding(2 * pairs, base(random), new RotaryScaling.None());
        return new GptNeoX(new GptNeoXConfig(vocabulary, CONTEXT, heads * size, between(random, 1, blocks()), heads,
                between(random, 3, 5), activation(random), rotary, random.nextBoolean(), free || random.nextBoolean(),
                tied(random), 1e-5));
    }

    private Decoder llama(int vocabulary, SplittableRandom random) {
        LlamaConfig.Family family = LlamaConfig.Family.values()[random.nextInt(3)];
        int groups = between(random, 1, 2);
        int size = 2 * between(random, 1, 2);
        return new Llama(new LlamaConfig(family, vocabulary, CONTEXT, between(random, 3, 6),
                between(random, 1, blocks()), groups * between(random, 1, 2), groups, size,
                between(random, 3, 5), activation(random),
                new RotaryEmbedding(size, base(random), new RotaryScaling.None()),
                family == LlamaConfig.Family.QWEN2 || random.nextBoolean(),
                family == LlamaConfig.Family.LLAMA && random.nextBoolean(), tied(random), 1e-5));
    }

    /** Not far from 1, so that all frequencies turn within a few positions. */
    private static double base(SplittableRandom random) {
        return 2 + 10 * random.nextDouble();
    }

    private static ActivationFunction activation(SplittableRandom random) {
        return ActivationFunction.values()[random.nextInt(ActivationFunction.values().length)];
    }

    /** Gains near 1, everything else normal of a deviation between 0.3 and 1. */
    private Parameters parameters(Decoder model, SplittableRandom random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.space().shapes().forEach((name, shape) -> {
            double[] array = Perceptrons.normal(random, shape.size(), 0.3 + 0.7 * random.nextDouble());
            for (int i = 0; isGain(model, name) && i < array.length; i++) {
                array[i] = unitGain(model) + gainDeviation() * array[i];
            }
            values.put(name, array);
        });
        return Parameters.ofDoubles(model.space(), values);
    }

    /** What a gain of 1 is stored as. */
    private static double unitGain(Decoder model) {
        return model.architecture().lastNorm().kind() == Normalization.Kind.RMS_FROM_ONE ? 0 : 1;
    }

    /** Whether a parameter is the gain of a normalization. */
    static boolean isGain(Decoder model, String name) {
        return name.endsWith(".weight") && model.space().shape(name).rank() == 1;
    }

    /** With an unembedding of its own. */
    public static final class Untied extends Decoders {
        @Override
        boolean tied(SplittableRandom random) {
            return false;
        }

        @Override
        boolean softCaps() {
            return false;
        }
    }

    /** In which a key's bias shifts all scores of a query along some dimension. */
    public static final class WithFreeKeyBias extends Decoders {
        @Override
        List<Architecture> architectures() {
            return List.of(Architecture.GPT2, Architecture.GPT_NEOX);
        }

        @Override
        boolean freeKeyBias(SplittableRandom random) {
            return true;
        }
    }

    /** Whose residual stream is read through LayerNorm alone. */
    public static final class ThroughLayerNorm extends Decoders {
        @Override
        List<Architecture> architectures() {
            return List.of(Architecture.GPT2, Architecture.GPT_NEOX);
        }
    }

    /** With gated MLPs. */
    public static final class Gated extends Decoders {
        @Override
        List<Architecture> architectures() {
            return List.of(Architecture.LLAMA, Architecture.PAGE);
        }

        @Override
        List<String> families() {
            return FamilyOptions.GATED;
        }
    }

    /** Members of the Llama family. */
    static final class OfLlama extends Decoders {
        @Override
        List<Architecture> architectures() {
            return List.of(Architecture.LLAMA);
        }
    }

    /**
     * On the last block's queries, keys and values, which are layers of their own, and with positions that mix: at
     * least three are fed, and in some sequence the first two tokens differ. Where all tokens are alike so are all
     * values, and it does not matter what attention makes of them.
     */
    public static final class LastAttention extends Decoders {
        @Override
        List<Architecture> architectures() {
            return List.of(Architecture.LLAMA);
        }

        @Override
        int positions() {
            return 3;
        }

        @Override
        List<TrackedLayer> layers(Decoder model) {
            List<String> names = List.of("q_proj", "k_proj", "v_proj");
            return model.layers().stream()
                    .filter(layer -> Modules.inLastBlock(model, layer))
                    .filter(layer -> names.stream().anyMatch(layer.name()::endsWith))
                    .toList();
        }

        @Override
        Setting draw(long seed, SplittableRandom random) {
            Setting setting = super.draw(seed, random);
            while (setting.examples().stream().noneMatch(LastAttention::beginsWithTwoTokens)) {
                setting = super.draw(seed, random);
            }
            return setting;
        }

        private static boolean beginsWithTwoTokens(Example example) {
            double[] fed = example.reals(Example.FED);
            int[] tokens = example.indices(Example.TOKENS);
            int[] first = IntStream.range(0, fed.length).filter(t -> fed[t] != 0).limit(2).toArray();
            return tokens[first[0]] != tokens[first[1]];
        }
    }

    /** Of one block, on the layers of its MLP. */
    public static class OnMlpLayers extends Decoders {
        @Override
        int blocks() {
            return 1;
        }

        @Override
        List<TrackedLayer> layers(Decoder model) {
            return model.mlpLayers();
        }
    }
}
