package org.plumbline.verification.laws;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.plumbline.curvature.Objective;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.Parameters;
import org.plumbline.model.Transformer;

/**
 * Decoders whose normalization has gain 1, no shift, and an {@code ε} of {@value #EPSILON}: next to nothing beside the
 * variance of any stream that is drawn.
 */
abstract class AffineFree extends Draw {
    private static final double EPSILON = 1e-14;

    abstract Setting drawAffine(long seed);

    @Override
    final Setting draw(long seed, SplittableRandom random) {
        Setting drawn = drawAffine(seed);
        Decoder model = switch ((Decoder) drawn.model()) {
            case Gpt2 gpt2 -> new Gpt2(withEpsilon(gpt2.config()));
            case Llama llama -> new Llama(withEpsilon(llama.config()));
            case GptNeoX _, Transformer _ -> throw new AssertionError("not drawn");
        };
        Map<String, double[]> values = new LinkedHashMap<>();
        for (String name : model.space().shapes().keySet()) {
            double[] array = drawn.objective().parameters().doubles(name).clone();
            if (Decoders.isGain(model, name)) {
                Arrays.fill(array, 1);
            } else if (name.contains("ln_")) {
                Arrays.fill(array, 0);
            }
            values.put(name, array);
        }
        Parameters parameters = Parameters.ofDoubles(model.space(), values);
        return new Setting(
                "affine-free " + drawn, seed, new Objective(model, parameters, drawn.examples()), model.layers());
    }

    private static Gpt2Config withEpsilon(Gpt2Config c) {
        return new Gpt2Config(c.vocabulary(), c.context(), c.width(), c.layers(), c.heads(), c.hidden(), c.tiedHead(),
                EPSILON, c.activation(), c.scaledAttention(), c.scaledByDepth());
    }

    private static LlamaConfig withEpsilon(LlamaConfig c) {
        return new LlamaConfig(c.family(), c.vocabulary(), c.context(), c.width(), c.layers(), c.heads(),
                c.keyValueHeads(), c.headSize(), c.hidden(), c.activation(), c.rotary(),
                c.attentionBias(), c.mlpBias(), c.tiedHead(), EPSILON);
    }

    /** GPT-2s. */
    public static final class ThroughLayerNorm extends AffineFree {
        @Override
        Setting drawAffine(long seed) {
            return new Transformers.Untied().of(seed);
        }
    }

    /** Members of the Llama family that normalize before attention and MLP. */
    public static final class ThroughRmsNorm extends AffineFree {
        @Override
        Setting drawAffine(long seed) {
            SplittableRandom seeds = new SplittableRandom(seed);
            Setting drawn = new Decoders.OfLlama().of(seed);
            while (((Llama) drawn.model()).config().family() == LlamaConfig.Family.OLMO2) {
                drawn = new Decoders.OfLlama().of(seeds.nextLong());
            }
            return drawn;
        }
    }
}
