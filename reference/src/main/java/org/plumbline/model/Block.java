package org.plumbline.model;

import java.util.Optional;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * One block of a decoder, on the residual stream {@code x}:
 *
 * <pre>{@code
 * y = x + m · after_a(attention(before_a(x)))
 * z = y + m · after_f(mlp(before_f(y)))          in sequence
 * z = y + m · after_f(mlp(before_f(x)))          in parallel
 * }</pre>
 *
 * <p>Normalizing before is the order of GPT-2, after that of OLMo 2, and both that of Gemma 2. A norm that is absent
 * changes nothing; in parallel both norms before may be the same one.
 *
 * @param prefix what the names of all its parameters begin with
 * @param beforeAttention {@code before_a}
 * @param attention of the block
 * @param afterAttention {@code after_a}
 * @param beforeMlp {@code before_f}
 * @param mlp of the block
 * @param afterMlp {@code after_f}
 * @param parallel whether attention and MLP both read {@code x}
 * @param multiplier {@code m}
 */
public record Block(
        String prefix, Optional<Normalization> beforeAttention, SelfAttention attention,
        Optional<Normalization> afterAttention, Optional<Normalization> beforeMlp, FeedForward mlp,
        Optional<Normalization> afterMlp, boolean parallel, double multiplier) {

    void declare(DecoderParts parts, int width) {
        beforeAttention.ifPresent(norm -> norm.declare(parts));
        attention.declare(parts, width);
        afterAttention.ifPresent(norm -> norm.declare(parts));
        beforeMlp.filter(norm -> !beforeAttention.equals(Optional.of(norm))).ifPresent(norm -> norm.declare(parts));
        FeedForwards.declare(mlp, parts, width);
        afterMlp.ifPresent(norm -> norm.declare(parts));
    }

    Value apply(Forward f, Value x, PositionTables tables) {
        Value attended = add(f, x, norm(f, afterAttention,
                attention.apply(f, norm(f, beforeAttention, x), tables)));
        Value read = norm(f, beforeMlp, parallel ? x : attended);
        return add(f, attended, norm(f, afterMlp, FeedForwards.apply(mlp, f, read)));
    }

    private Value add(Forward f, Value stream, Value update) {
        ProgramBuilder b = f.builder();
        return b.add(stream, multiplier == 1 ? update : b.scale(update, multiplier));
    }

    private static Value norm(Forward f, Optional<Normalization> norm, Value x) {
        return norm.isPresent() ? norm.get().apply(f, x) : x;
    }
}
