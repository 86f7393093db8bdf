package org.plumbline.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import org.plumbline.program.ActivationFunction;

/** Tiny decoders of every architecture and option, with parameters far from their initial values. */
public final class RandomDecoders implements ArbitrarySupplier<RandomDecoders.Drawn> {

    /** A decoder, its parameters and the seed that drew them. */
    public record Drawn(Decoder model, Parameters parameters, long seed) {
        @Override
        public String toString() {
            return switch (model) {
                case Gpt2 gpt2 -> gpt2.config();
                case GptNeoX neoX -> neoX.config();
                case Llama llama -> llama.config();
                case Transformer other -> other.architecture();
            } + ", seed " + seed;
        }
    }

    @Override
    public Arbitrary<Drawn> get() {
        return Arbitraries.longs().map(RandomDecoders::of);
    }

    /** The decoder of this seed. */
    public static Drawn of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return of(seed, random.nextInt(5), random);
    }

    private static Drawn of(long seed, int kind, SplittableRandom random) {
        Decoder model = switch (kind) {
            case 0 -> gpt2(random);
            case 1 -> gptNeoX(random);
            case 2 -> llama(random);
            default -> new Transformer("random parts", Map.of(), RandomArchitectures.of(random));
        };
        return new Drawn(model, parameters(model, random), seed);
    }

    /** Decoders that have a configuration of their own. */
    public static final class OfConfigurations implements ArbitrarySupplier<Drawn> {
        @Override
        public Arbitrary<Drawn> get() {
            return Arbitraries.longs().map(seed -> {
                SplittableRandom random = new SplittableRandom(seed);
                return of(seed, random.nextInt(3), random);
            });
        }
    }

    private static Decoder gpt2(SplittableRandom random) {
        int heads = between(random, 1, 3);
        return new Gpt2(new Gpt2Config(between(random, 3, 9), 12, heads * between(random, 1, 4), between(random, 0, 2),
                heads, between(random, 2, 9), random.nextBoolean(), 1e-5, activation(random), random.nextBoolean(),
                random.nextBoolean()));
    }

    private static Decoder gptNeoX(SplittableRandom random) {
        int heads = between(random, 1, 3);
        int size = between(random, 2, 7);
        RotaryEmbedding rotary = new RotaryEmbedding(2 * between(random, 1, size / 2), 1 + 100 * random.nextDouble(),
                scaling(random));
        return new GptNeoX(new GptNeoXConfig(between(random, 3, 9), 12, heads * size, between(random, 0, 2), heads,
                between(random, 2, 9), activation(random), rotary, random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean(), 1e-5));
    }

    private static Decoder llama(SplittableRandom random) {
        LlamaConfig.Family family = LlamaConfig.Family.values()[random.nextInt(3)];
        int groups = between(random, 1, 2);
        int size = 2 * between(random, 1, 3);
        boolean free = family == LlamaConfig.Family.LLAMA;
        return new Llama(new LlamaConfig(family, between(random, 3, 9), 12, between(random, 3, 9),
                between(random, 0, 2), groups * between(random, 1, 3), groups, size,
                between(random, 2, 9), activation(random),
                new RotaryEmbedding(size, 1 + 100 * random.nextDouble(), scaling(random)),
                family == LlamaConfig.Family.QWEN2 || random.nextBoolean(), free && random.nextBoolean(),
                random.nextBoolean(), 1e-5));
    }

    private static ActivationFunction activation(SplittableRandom random) {
        return ActivationFunction.values()[random.nextInt(ActivationFunction.values().length)];
    }

    static RotaryScaling scaling(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> new RotaryScaling.None();
            case 1 -> new RotaryScaling.Linear(1 + 3 * random.nextDouble());
            // So short a context that wavelengths lie on both sides of the limits and between them.
            default -> new RotaryScaling.Llama3(4, 0.5, 2, between(random, 2, 40));
        };
    }

    /** Normal numbers of deviation one half, about 1 for gains and about 0 for all others. */
    public static Parameters parameters(Model model, SplittableRandom random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.space().shapes().forEach((name, shape) -> {
            double[] array = new double[shape.size()];
            boolean gain = shape.rank() == 1 && name.endsWith(".weight");
            Arrays.setAll(array, i -> (gain ? 1 : 0) + 0.5 * random.nextGaussian());
            values.put(name, array);
        });
        return Parameters.ofDoubles(model.space(), values);
    }

    /** A sequence for this model, sometimes padded on either side. */
    public static Example example(Decoder model, SplittableRandom random) {
        int positions = between(random, 1, 6);
        Example example = Example.ofTokens(random.ints(positions + 1, 0, model.vocabulary()).toArray());
        return switch (random.nextInt(3)) {
            case 0 -> example.padLeft(positions + between(random, 1, 3));
            case 1 -> example.padRight(positions + between(random, 1, 3));
            default -> example;
        };
    }

    static int between(SplittableRandom random, int least, int most) {
        return random.nextInt(least, most + 1);
    }
}
