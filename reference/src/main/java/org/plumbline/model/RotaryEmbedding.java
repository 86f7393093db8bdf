package org.plumbline.model;

import java.util.function.DoubleUnaryOperator;
import org.plumbline.program.Constant;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * Rotary position embedding (Su et al., 2021): at position {@code p}, coordinates {@code i} and {@code i + r/2} of a
 * query or key are rotated by the angle {@code p ω_i}, {@code ω_i = base^(−2i/r)}, for {@code i < r/2}; coordinates
 * from {@code r} on stay as they are. Scores then depend on differences of positions only. Where neighbors are paired,
 * as in the paper and in GPT-J, coordinates {@code 2i} and {@code 2i + 1} are rotated.
 *
 * @param dimensions {@code r}, even and at most a head's size
 * @param base positive
 * @param scaling change of the frequencies
 * @param neighbors whether neighbors are paired, and not the halves
 */
public record RotaryEmbedding(int dimensions, double base, RotaryScaling scaling, boolean neighbors) {

    public RotaryEmbedding {
        if (dimensions < 2 || dimensions % 2 != 0) {
            throw new ModelException("a rotary embedding turns an even number of dimensions, found " + dimensions);
        }
        if (!(base > 0) || Double.isInfinite(base)) {
            throw new ModelException("the base of a rotary embedding is positive and finite, found " + base);
        }
    }

    /** With the halves paired. */
    public RotaryEmbedding(int dimensions, double base, RotaryScaling scaling) {
        this(dimensions, base, scaling, false);
    }

    /**
     * @throws ModelException if more dimensions are turned than a head has
     */
    void requireWithin(int headSize) {
        if (dimensions > headSize) {
            throw new ModelException("a rotary embedding of " + dimensions
                    + " dimensions does not fit heads of size " + headSize);
        }
    }

    /** {@code ω_i} in radians a position. */
    double frequency(int i) {
        return scaling.scale(Math.pow(base, -2.0 * i / dimensions));
    }

    /**
     * The rotations of an example's positions. Angles are exact to double precision whatever an engine computes in; the
     * tables have a row for each position number below the example's length, as a token's position in its sequence is.
     */
    Rotation at(Forward f) {
        return new Rotation(rows(f, Math::cos), rows(f, Math::sin), neighbors);
    }

    private Value rows(Forward f, DoubleUnaryOperator function) {
        ProgramBuilder b = f.builder();
        int length = f.length();
        int pairs = dimensions / 2;
        double[] table = new double[length * pairs];
        for (int i = 0; i < pairs; i++) {
            double frequency = frequency(i);
            for (int p = 0; p < length; p++) {
                table[p * pairs + i] = function.applyAsDouble(p * frequency);
            }
        }
        return b.gather(b.literal(Constant.of(table), length, pairs), b.index(Example.POSITIONS, length));
    }

    /**
     * Rotations of all positions.
     *
     * @param cosine {@code [T, r/2]}
     * @param sine {@code [T, r/2]}
     * @param neighbors whether neighbors are paired
     */
    record Rotation(Value cosine, Value sine, boolean neighbors) {

        /** Queries or keys {@code [heads, T, size]}, rotated. */
        Value apply(Forward f, Value x) {
            ProgramBuilder b = f.builder();
            int turned = 2 * cosine.shape().dimension(-1);
            int rest = x.shape().dimension(-1) - turned;
            Value rotated = neighbors ? neighbors(b, x, turned) : halves(b, x, turned);
            return rest == 0 ? rotated : b.concatenate(rotated, b.slice(x, 2, turned, rest), 2);
        }

        private Value halves(ProgramBuilder b, Value x, int turned) {
            Value first = b.slice(x, 2, 0, turned / 2);
            Value second = b.slice(x, 2, turned / 2, turned / 2);
            return b.concatenate(real(b, first, second), imaginary(b, first, second), 2);
        }

        private Value neighbors(ProgramBuilder b, Value x, int turned) {
            int heads = x.shape().dimension(0);
            int length = x.shape().dimension(1);
            Value pairs = b.reshape(b.slice(x, 2, 0, turned), heads, length, turned / 2, 2);
            Value first = b.reshape(b.slice(pairs, 3, 0, 1), heads, length, turned / 2);
            Value second = b.reshape(b.slice(pairs, 3, 1, 1), heads, length, turned / 2);
            Value joined = b.concatenate(
                    b.reshape(real(b, first, second), heads, length, turned / 2, 1),
                    b.reshape(imaginary(b, first, second), heads, length, turned / 2, 1), 3);
            return b.reshape(joined, heads, length, turned);
        }

        private Value real(ProgramBuilder b, Value first, Value second) {
            return b.subtract(b.multiply(first, cosine), b.multiply(second, sine));
        }

        private Value imaginary(ProgramBuilder b, Value first, Value second) {
            return b.add(b.multiply(second, cosine), b.multiply(first, sine));
        }
    }
}
