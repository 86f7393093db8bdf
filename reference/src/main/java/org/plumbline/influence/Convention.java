package org.plumbline.influence;

import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.DampingRule;
import org.plumbline.io.InputException;
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
 * @param gradients what a gradient is, and how a layer's is laid out
 * @param damping what is added to the eigenvalues
 * @param output what a score means
 */
public record Convention(
        String name, Positions positions, Divisor covariance, Divisor eigenvalues, Gradients gradients,
        DampingRule damping, Output output) {

    /** Damping relative to the mean eigenvalue of each layer (Grosse et al., 2023, §3). */
    public static final DampingRule RELATIVE = new DampingRule.Relative(0.1);

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
        /** The number of positions that bear loss: the sum of a mask. */
        LOSS_POSITIONS,
        /** The number of sequences. */
        SEQUENCES,
        /** The number of sequences of a batch, in each batch. */
        BATCH;

        /** The divisor for these sequences. */
        public double of(List<Example> examples) {
            return of(Counts.of(examples, examples.size()));
        }

        /** The divisor for data of these sizes. */
        public double of(Counts counts) {
            return switch (this) {
                case NONE -> 1;
                case POSITIONS -> counts.positions();
                case LOSS_POSITIONS -> counts.lossPositions();
                case SEQUENCES -> counts.sequences();
                case BATCH -> counts.batch();
            };
        }
    }

    /**
     * Sizes of data.
     *
     * @param batch sequences of a batch
     */
    public record Counts(long positions, long lossPositions, long sequences, long batch) {

        /** Those of these sequences. */
        public static Counts of(List<Example> examples, long batch) {
            return new Counts(examples.stream().mapToLong(Example::fedPositions).sum(),
                    examples.stream().mapToLong(Example::lossPositions).sum(), examples.size(), batch);
        }
    }

    /** Whose labels pseudo-gradients are taken at. */
    public enum Labels {
        /** Drawn from the model: the Fisher matrix, up to sampling error. */
        MODEL("model"),
        /** The expectation over the model's labels: the Fisher matrix. */
        EXPECTATION("expectation"),
        /** The training labels: the empirical Fisher matrix, another one. */
        TRAINING("training");

        private final String title;

        Labels(String title) {
            this.title = title;
        }

        /** The name on the command line and in files. */
        public String title() {
            return title;
        }

        /** @throws InputException if there are none of this name */
        public static Labels named(String title) {
            return Arrays.stream(values()).filter(labels -> labels.title.equals(title)).findFirst()
                    .orElseThrow(() -> new InputException("labels '" + title + "' are unknown: expected one of "
                            + Arrays.stream(values()).map(Labels::title).toList()));
        }
    }

    /** What the loss of a sequence is. */
    public enum Reduction {
        /** The sum over its loss positions. */
        SUM,
        /** Their mean. */
        MEAN
    }

    /** What is squared in {@code Λ}. */
    public enum Moments {
        /** The gradient of a whole sequence. */
        SEQUENCE,
        /** The gradient of each token. */
        TOKEN
    }

    /** Where a bias stands in the matrix of a layer. */
    public enum Bias {
        /** In the last column, {@code [W b]}. */
        LAST_COLUMN,
        /** In the first. */
        FIRST_COLUMN,
        /** It is left out. */
        NONE
    }

    /** How a matrix is flattened. */
    public enum Vec {
        /** Row by row: a block reads {@code S ⊗ A}. */
        ROW_MAJOR,
        /** Column by column: a block reads {@code A ⊗ S}. */
        COLUMN_MAJOR
    }

    /**
     * What a gradient is, and how a layer's is laid out.
     *
     * @param labels at which the curvature's are taken
     * @param reduction of the loss
     * @param moments what is squared
     * @param bias where it stands
     * @param vec how a layer's matrix is flattened
     * @param normalized whether gradients are divided by their norm before they are preconditioned
     */
    public record Gradients(
            Labels labels, Reduction reduction, Moments moments, Bias bias, Vec vec, boolean normalized) {

        /** Sums of sequences at labels drawn from the model, the bias in the last column, row by row. */
        public static final Gradients USUAL = new Gradients(
                Labels.MODEL, Reduction.SUM, Moments.SEQUENCE, Bias.LAST_COLUMN, Vec.ROW_MAJOR, false);

        /** These at other labels. */
        public Gradients at(Labels other) {
            return new Gradients(other, reduction, moments, bias, vec, normalized);
        }
    }

    /** What a positive score means. */
    public enum Sign {
        /** Adding the training sequence makes the query more probable: {@code −∇fᵀC⁻¹∇L}, or {@code +∇L_qᵀC⁻¹∇L}. */
        MORE_PROBABLE,
        /** Adding the training sequence makes the query less probable. */
        LESS_PROBABLE
    }

    /** What scores count. */
    public enum Units {
        /** {@code ∇L_qᵀC⁻¹∇L}. */
        RAW,
        /** That over {@code N}: the change of one added copy, to first order. */
        ONE_COPY
    }

    /** What a score means. */
    public record Output(Sign sign, Units units) {}

    private static final Output USUAL = new Output(Sign.MORE_PROBABLE, Units.RAW);

    /** This library's: means over predicting positions and over sequences, damping relative to the mean. */
    public static Convention plumbline() {
        return new Convention("Plumbline", Positions.PREDICTING, Divisor.POSITIONS, Divisor.SEQUENCES,
                Gradients.USUAL, RELATIVE, USUAL);
    }

    /**
     * Kronfluence 1.0.1, its files: unnormalized sums beside their counts, a sequence's last token counted, scores
     * {@code +g_qᵀ(F̂ + d)⁻¹g_m} with the loss as measurement, so that positive is the same here as there.
     *
     * @param damping its {@code damping_factor}: {@link #RELATIVE} for {@code None}, else absolute
     */
    public static Convention kronfluence(DampingRule damping) {
        return new Convention("Kronfluence", Positions.ALL_TOKENS, Divisor.NONE, Divisor.NONE, Gradients.USUAL,
                damping, USUAL);
    }

    /** Bergson 0.26: covariances over the tokens that predict one, sums of squares, damping relative to the mean. */
    public static Convention bergson() {
        return new Convention("Bergson", Positions.PREDICTING, Divisor.POSITIONS, Divisor.NONE, Gradients.USUAL,
                RELATIVE, USUAL);
    }

    /** LogIX: covariances over the size of a batch, eigenvalues over sequences, a damping of 10⁻¹⁰. */
    public static Convention logix() {
        return new Convention("LogIX", Positions.ALL_TOKENS, Divisor.BATCH, Divisor.SEQUENCES, Gradients.USUAL,
                new DampingRule.Absolute(1e-10), USUAL);
    }

    /** dattri: everything over samples, no damping unless one is given. */
    public static Convention dattri() {
        return new Convention("dattri", Positions.ALL_TOKENS, Divisor.SEQUENCES, Divisor.SEQUENCES, Gradients.USUAL,
                new DampingRule.Absolute(0), USUAL);
    }

    /** curvlinops with its {@code expand} approximation and a loss that is a sum: sums, and a damping that is given. */
    public static Convention curvlinops() {
        return new Convention("curvlinops", Positions.ALL_TOKENS, Divisor.POSITIONS, Divisor.NONE, Gradients.USUAL,
                new DampingRule.Absolute(0), USUAL);
    }

    /** All that have a name, with the damping that each has by default. */
    public static List<Convention> known() {
        return List.of(kronfluence(RELATIVE), bergson(), logix(), dattri(), curvlinops(), plumbline());
    }

    /**
     * The one of this name, in letters of either case.
     *
     * @throws InputException if there is none
     */
    public static Convention named(String name) {
        return known().stream().filter(one -> one.name.equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new InputException("convention '" + name + "' is unknown: expected one of "
                        + known().stream().map(Convention::name).toList()));
    }

    /** What a positive score means. */
    public Sign sign() {
        return output.sign();
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
        return sign() == Sign.MORE_PROBABLE ? raw : -raw;
    }

    private static double[] scaled(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }
}
