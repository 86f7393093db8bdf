package org.plumbline.influence;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.model.Example;

/**
 * What an implementation counts, divides by and means by its numbers. Two that differ in nothing else store factors and
 * scores that differ by factors of the number of positions or sequences, by damping or by sign; with the convention
 * stated, one can be computed from the other.
 *
 * @param name whose it is
 * @param positions which positions of a token sequence are fed and counted
 * @param covariance what stored sums {@code Σ ā āᵀ} and {@code Σ Ds Dsᵀ} are divided by
 * @param eigenvalues what stored sums {@code Σ_m (Q_Sᵀ Dθ_m Q_A)²} are divided by
 * @param damping what the damping number means
 * @param sign what a positive score means
 */
public record Convention(
        String name, Positions positions, Divisor covariance, Divisor eigenvalues, DampingRule damping, Sign sign) {

    /** Positions of a sequence of {@code n} tokens. */
    public enum Positions {
        /** The {@code n − 1} that predict a next token: the last token is never fed. */
        PREDICTING,
        /** All {@code n}: the last token is fed and counted, and its gradient is zero. */
        ALL_TOKENS
    }

    /** What a sum over data is divided by before it is stored. */
    public enum Divisor {
        /** Nothing: a sum is stored. */
        NONE,
        /** The number of fed positions. */
        POSITIONS,
        /** The number of sequences. */
        SEQUENCES;

        /** The divisor for these sequences. */
        public double of(List<Example> examples) {
            return switch (this) {
                case NONE -> 1;
                case POSITIONS -> examples.stream().mapToInt(Example::fedPositions).sum();
                case SEQUENCES -> examples.size();
            };
        }
    }

    /** What a damping number means. */
    public sealed interface DampingRule {

        /** {@code λ_ℓ = factor · mean(Λ_ℓ)} of each layer. */
        record RelativeToMean(double factor) implements DampingRule {}

        /** The same {@code λ} for all layers, in units of {@code Λ} divided by the number of sequences. */
        record Absolute(double lambda) implements DampingRule {}

        /** The damping of each block. */
        default Damping of(BlockSpace space, double[] eigenvalues) {
            return switch (this) {
                case RelativeToMean(double factor) -> Damping.relative(space, factor, eigenvalues);
                case Absolute(double lambda) -> Damping.absolute(space, lambda);
            };
        }
    }

    /** What a positive score means. */
    public enum Sign {
        /** Adding the training sequence makes the query more probable: {@code −∇fᵀC⁻¹∇L}, or {@code +∇L_qᵀC⁻¹∇L}. */
        MORE_PROBABLE,
        /** Adding the training sequence makes the query less probable. */
        LESS_PROBABLE
    }

    /** This library's: means over predicting positions and over sequences, damping relative to the mean. */
    public static Convention plumbline() {
        return new Convention("Plumbline", Positions.PREDICTING, Divisor.POSITIONS, Divisor.SEQUENCES,
                new DampingRule.RelativeToMean(0.1), Sign.MORE_PROBABLE);
    }

    /**
     * Kronfluence 1.0.1, its files: unnormalized sums beside their counts, a sequence's last token counted, scores
     * {@code +g_qᵀ(F̂ + d)⁻¹g_m} with the loss as measurement, so that positive is the same here as there.
     *
     * @param damping its {@code damping_factor}: {@code RelativeToMean(0.1)} for {@code None}, else absolute
     */
    public static Convention kronfluence(DampingRule damping) {
        return new Convention("Kronfluence", Positions.ALL_TOKENS, Divisor.NONE, Divisor.NONE, damping,
                Sign.MORE_PROBABLE);
    }

    /** The sequence with this convention's fed positions; every token after the first is to be predicted. */
    public Example example(int... tokens) {
        return switch (positions) {
            case PREDICTING -> Example.ofTokens(tokens);
            case ALL_TOKENS -> {
                // A token after the last gives it a position; the loss of predicting that token weighs nothing.
                Example extended = Example.ofTokens(Arrays.copyOf(tokens, tokens.length + 1));
                double[] weights = extended.reals(Example.WEIGHTS);
                weights[weights.length - 1] = 0;
                yield extended.withWeights(weights);
            }
        };
    }

    /** A mean over fed positions, such as {@code A} or {@code S}, as this convention stores it. */
    public double[] stored(double[] meanOverPositions, List<Example> examples) {
        return scaled(Divisor.POSITIONS.of(examples) / covariance.of(examples), meanOverPositions);
    }

    /** A mean over sequences, such as {@code Λ}, as this convention stores it. */
    public double[] storedEigenvalues(double[] meanOverSequences, List<Example> examples) {
        return scaled(Divisor.SEQUENCES.of(examples) / eigenvalues.of(examples), meanOverSequences);
    }

    /** Stored eigenvalues as the mean over sequences, {@code Λ}. */
    public double[] meanEigenvalues(double[] stored, List<Example> examples) {
        return scaled(eigenvalues.of(examples) / Divisor.SEQUENCES.of(examples), stored);
    }

    /** A raw score of {@link InfluenceScores} in this convention's sign. */
    public double score(double raw) {
        return sign == Sign.MORE_PROBABLE ? raw : -raw;
    }

    private static double[] scaled(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }
}
