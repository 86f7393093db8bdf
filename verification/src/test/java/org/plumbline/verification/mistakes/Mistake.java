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
                        List.of(27)));
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
