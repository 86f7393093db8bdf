package org.plumbline.verification.mistakes;

import java.util.List;
import java.util.function.Supplier;
import org.plumbline.verification.laws.Subject;

/**
 * A mistake and one way of making it.
 *
 * @param number of the mistake; several ways of making it share one
 * @param description what is wrong
 * @param subject a fresh implementation with the mistake
 * @param expected laws that must notice it, by number
 */
record Mistake(int number, String description, Supplier<Subject> subject, List<Integer> expected) {

    static List<Mistake> all() {
        return List.of(
                new Mistake(1, "eigenvectors transposed in the rotation, as [G] prints eq. 20–21",
                        EigenbasisMistakes.Transposed::new, List.of(22, 25, 27)),
                new Mistake(2, "`(W b)` flattened as `[W ‖ b]` and reshaped to `(out, in + 1)`",
                        LayoutMistakes.BiasAppended::new, List.of(27)),
                new Mistake(2, "a bias assumed where there is none", LayoutMistakes.BiasAssumed::new, List.of(27)),
                new Mistake(3, "multiplied by `Λ + λ` instead of divided", EigenbasisMistakes.Multiplied::new,
                        List.of(27, 41)),
                new Mistake(4, "damping added in place: it accumulates call by call",
                        DampingMistakes.Accumulated::new, List.of(27)),
                new Mistake(4, "the first layer's `λ` used for all layers", DampingMistakes.FirstLayers::new,
                        List.of(27)),
                new Mistake(5, "training labels instead of the model's: the empirical Fisher",
                        LabelMistakes.Empirical::new, List.of(3, 4, 10)),
                new Mistake(5, "one backward pass of `Σ √p log p`: rank one", LabelMistakes.OneBackward::new,
                        List.of(3, 4, 10)),
                new Mistake(5, "one random sign a class, shared by all positions", LabelMistakes.SharedSigns::new,
                        List.of(10)),
                new Mistake(6, "`Λ` squared token by token", LabelMistakes.TokenSquares::new, List.of(26)),
                new Mistake(7, "padding is fed and counted", PaddingMistakes.Counted::new, List.of(45)),
                new Mistake(7, "losses at padding flow back through attention", PaddingMistakes.LossAtPadding::new,
                        List.of(45)),
                new Mistake(7, "the last column of a padded batch dropped, not each sequence's last token",
                        PaddingMistakes.LastColumnDropped::new, List.of(45)),
                new Mistake(8, "a mean over tokens, whatever their weights", ScaleMistakes.MeanOverTokens::new,
                        List.of(34)),
                new Mistake(8, "gradients divided by the number of loss positions",
                        ScaleMistakes.DividedByPositions::new, List.of(5)),
                new Mistake(8, "the gradient of a batch's mean squared: `Λ` off by `1/B`", ScaleMistakes.BatchMean::new,
                        List.of(45)),
                new Mistake(9, "the ones column missing from `A`", LayoutMistakes.OnesMissing::new, List.of(18, 27)),
                new Mistake(9, "weights stored `[in, out]` taken as `[out, in]`", LayoutMistakes.AxesSwapped::new,
                        List.of(27)),
                new Mistake(10, "both uses of a tied weight squared before they are summed",
                        ScoreMistakes.UsesSquaredApart::new, List.of(3)),
                new Mistake(11, "damping inside the factors offered as `λ`", DampingMistakes.InsideTheFactors::new,
                        List.of(31, 41)),
                new Mistake(11, "a damping of `1e-8`, whatever is asked for", DampingMistakes.Constant::new,
                        List.of(31, 41)),
                new Mistake(11, "`λ` added once for each shard of the data", DampingMistakes.PerShard::new,
                        List.of(31, 41)),
                new Mistake(12, "eigendecomposition in single precision", EigenbasisMistakes.SinglePrecision::new,
                        List.of(28)),
                new Mistake(12, "factors not symmetrized", EigenbasisMistakes.NotSymmetrized::new, List.of(28)),
                new Mistake(13, "the gradient of a log-likelihood taken for that of a loss: the sign of scores",
                        ScoreMistakes.WrongSign::new, List.of(39, 47)),
                new Mistake(13, "`raw` reported as the effect of one copy, without `1/N`",
                        ScoreMistakes.NotPerCopy::new, List.of(47)),
                new Mistake(14, "gradients normalized before preconditioning", ScoreMistakes.Normalized::new,
                        List.of(46)),
                new Mistake(14, "a random projection of variance 1 and not `1/p`", ScoreMistakes.UnitVariance::new,
                        List.of(46)),
                new Mistake(15, "`A ⊗ S` on row-major `vec`", EigenbasisMistakes.FactorsSwapped::new,
                        List.of(21, 27)));
    }

    /** As it is numbered in the table. */
    String name() {
        return "M" + number;
    }

    @Override
    public String toString() {
        return name() + ": " + description;
    }
}
