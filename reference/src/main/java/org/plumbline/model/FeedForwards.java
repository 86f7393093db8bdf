package org.plumbline.model;

import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** Lists the layers of a {@link FeedForward}, and emits it. */
final class FeedForwards {
    private FeedForwards() {}

    static void declare(FeedForward mlp, DecoderParts parts, int width) {
        boolean bias = switch (mlp) {
            case FeedForward.Plain p -> {
                parts.linear(p.up(), p.hidden(), width, p.bias(), LayerRole.MLP);
                yield p.bias();
            }
            case FeedForward.Gated p -> {
                parts.linear(p.gate(), p.hidden(), width, p.bias(), LayerRole.MLP);
                parts.linear(p.up(), p.hidden(), width, p.bias(), LayerRole.MLP);
                yield p.bias();
            }
            case FeedForward.JointlyGated p -> {
                parts.linear(p.gateAndUp(), 2 * p.hidden(), width, false, LayerRole.MLP);
                yield false;
            }
        };
        parts.residualLinear(mlp.down(), width, mlp.hidden(), bias, LayerRole.MLP);
    }

    static Value apply(FeedForward mlp, Forward f, Value x) {
        ProgramBuilder b = f.builder();
        Value hidden = switch (mlp) {
            case FeedForward.Plain p -> p.nonlinearity().apply(b, f.linear(p.up(), x));
            case FeedForward.Gated p -> {
                Value gate = p.nonlinearity().apply(b, f.linear(p.gate(), x));
                yield b.multiply(gate, f.linear(p.up(), x));
            }
            case FeedForward.JointlyGated p -> {
                Value joint = f.linear(p.gateAndUp(), x);
                Value gate = p.nonlinearity().apply(b, b.slice(joint, 1, 0, p.hidden()));
                yield b.multiply(gate, b.slice(joint, 1, p.hidden(), p.hidden()));
            }
        };
        return f.linear(mlp.down(), hidden);
    }
}
