package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** The one decoder that every {@link Architecture} describes: its parameters, tracked layers and forward pass. */
public final class DecoderBody {
    private final Architecture architecture;
    private final DecoderParts parts;
    private final ParameterSpace space;
    private final List<TrackedLayer> layers;
    private final OutputLayer output;

    DecoderBody(Architecture architecture) {
        this.architecture = architecture;
        this.parts = new DecoderParts();
        int d = architecture.width();
        Architecture.Embedding embedding = architecture.embedding();
        parts.embedding(embedding.tokens(), architecture.vocabulary(), d);
        embedding.positions().ifPresent(positions -> parts.embedding(positions.weight(), positions.rows(), d));
        architecture.blocks().forEach(block -> block.declare(parts, d));
        architecture.lastNorm().declare(parts);
        Architecture.Head head = architecture.head();
        this.output = parts.head(head.name(), head.tied() ? Optional.of(embedding.tokens()) : Optional.empty(),
                head.bias(), architecture.vocabulary(), d);
        this.space = parts.space();
        this.layers = parts.layers();
    }

    Architecture architecture() {
        return architecture;
    }

    ParameterSpace space() {
        return space;
    }

    List<TrackedLayer> layers() {
        return layers;
    }

    /** The head where logits are {@code h Wᵀ}: without a bias and without a soft-cap. */
    Optional<OutputLayer> outputLayer() {
        Architecture.Head head = architecture.head();
        return head.bias() || head.softCap() > 0 ? Optional.empty() : Optional.of(output);
    }

    Value forward(Forward f) {
        DecoderSizes.requireContext(f.length(), architecture.context());
        PositionTables tables = new PositionTables(f);
        architecture.blocks().forEach(block -> tables.mask(block.attention().window()));
        architecture.blocks().forEach(block -> block.attention().rotary().ifPresent(tables::rotation));
        Value x = embed(f);                                                                           // [T, d]
        for (Block block : architecture.blocks()) {
            x = block.apply(f, x, tables);
        }
        return logits(f, architecture.lastNorm().apply(f, x));                                        // [T, V]
    }

    private Value embed(Forward f) {
        ProgramBuilder b = f.builder();
        Architecture.Embedding embedding = architecture.embedding();
        Value rows = f.tokens(embedding.tokens());
        Value tokens = embedding.scale() == 1 ? rows : b.scale(rows, embedding.scale());
        if (embedding.positions().isEmpty()) {
            return tokens;
        }
        Architecture.LearnedPositions positions = embedding.positions().get();
        Value table = f.parameter(positions.weight());
        Value shifted = positions.offset() == 0
                ? table : b.slice(table, 0, positions.offset(), positions.rows() - positions.offset());
        return b.add(tokens, b.gather(shifted, b.index(Example.POSITIONS, f.length())));
    }

    private Value logits(Forward f, Value h) {
        ProgramBuilder b = f.builder();
        Architecture.Head head = architecture.head();
        Value z = f.outputs(output, head.scale() == 1 ? h : b.scale(h, head.scale()));
        return head.softCap() == 0 ? z : Attention.cap(b, z, head.softCap());
    }

    /**
     * GPT-2's initialization: normal with deviation 0.02, divided by {@code √(2 layers)} where a matrix writes to the
     * residual stream; biases 0, gains 1.
     */
    Parameters initialize(RandomGenerator random) {
        return parts.initialize(random, 2 * architecture.blocks().size());
    }
}
