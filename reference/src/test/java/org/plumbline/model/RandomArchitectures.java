package org.plumbline.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Decoders of one or two blocks of parts drawn at random, whether a family has them together or not. */
final class RandomArchitectures {
    private static final int CONTEXT = 12;

    private final SplittableRandom random;
    private final int width;

    private RandomArchitectures(SplittableRandom random) {
        this.random = random;
        this.width = between(2, 6);
    }

    static Architecture of(SplittableRandom random) {
        return new RandomArchitectures(random).draw();
    }

    private Architecture draw() {
        List<Block> blocks = new ArrayList<>();
        int count = between(0, 2);
        for (int block = 0; block < count; block++) {
            blocks.add(block("blocks." + block + "."));
        }
        Optional<Architecture.LearnedPositions> positions = Optional.of(
                new Architecture.LearnedPositions("positions.weight", CONTEXT + 2, 2))
                .filter(_ -> random.nextBoolean());
        boolean tied = random.nextBoolean();
        return new Architecture(between(3, 9), CONTEXT, width,
                new Architecture.Embedding("tokens.weight", factor(), positions), blocks, norm("last", width),
                new Architecture.Head("head", tied, !tied && random.nextBoolean(), factor(), cap()));
    }

    private Block block(String h) {
        Optional<Normalization> before = norm(h + "before_attention");
        boolean parallel = random.nextBoolean();
        return new Block(h, before, attention(h), norm(h + "after_attention"),
                parallel && before.isPresent() && random.nextBoolean() ? before : norm(h + "before_mlp"),
                mlp(h + "mlp."), norm(h + "after_mlp"), parallel, factor());
    }

    private SelfAttention attention(String h) {
        int size = between(2, 5);
        int groups = between(1, 2);
        int heads = groups * between(1, 2);
        boolean bias = random.nextBoolean();
        Projection projection = switch (random.nextInt(3)) {
            case 0 -> new Projection.Separate(h + "query", h + "key", h + "value", bias);
            case 1 -> new Projection.Sections(h + "joint", bias);
            default -> new Projection.HeadByHead(h + "joint", bias);
        };
        int keyValueHeads = projection instanceof Projection.HeadByHead ? heads : groups;
        boolean whole = projection instanceof Projection.Separate && random.nextBoolean();
        Optional<SelfAttention.QueryKeyNorm> norms = Optional.of(new SelfAttention.QueryKeyNorm(
                norm(h + "query_norm", whole ? heads * size : size),
                norm(h + "key_norm", whole ? keyValueHeads * size : size))).filter(_ -> random.nextBoolean());
        Optional<RotaryEmbedding> rotary = Optional.of(new RotaryEmbedding(2 * between(1, size / 2),
                1 + 100 * random.nextDouble(), RandomDecoders.scaling(random), random.nextBoolean()))
                .filter(_ -> random.nextBoolean());
        return new SelfAttention(projection, h + "output", random.nextBoolean(), heads, keyValueHeads, size, norms,
                rotary, factor(), random.nextBoolean() ? OptionalInt.of(between(1, 4)) : OptionalInt.empty(), cap());
    }

    private FeedForward mlp(String h) {
        Nonlinearity nonlinearity = Nonlinearity.values()[random.nextInt(Nonlinearity.values().length)];
        int hidden = between(2, 6);
        return switch (random.nextInt(3)) {
            case 0 -> new FeedForward.Plain(h + "up", h + "down", hidden, random.nextBoolean(), nonlinearity);
            case 1 -> new FeedForward.Gated(
                    h + "gate", h + "up", h + "down", hidden, random.nextBoolean(), nonlinearity);
            default -> new FeedForward.JointlyGated(h + "gate_and_up", h + "down", hidden, nonlinearity);
        };
    }

    private Optional<Normalization> norm(String name) {
        return random.nextBoolean() ? Optional.of(norm(name, width)) : Optional.empty();
    }

    private Normalization norm(String name, int size) {
        Normalization.Kind[] kinds = Normalization.Kind.values();
        return new Normalization(name, kinds[random.nextInt(kinds.length)], size, 1e-5);
    }

    private double factor() {
        return random.nextBoolean() ? 1 : 0.3 + random.nextDouble();
    }

    private double cap() {
        return random.nextBoolean() ? 0 : 0.5 + 2 * random.nextDouble();
    }

    private int between(int least, int most) {
        return RandomDecoders.between(random, least, most);
    }
}
