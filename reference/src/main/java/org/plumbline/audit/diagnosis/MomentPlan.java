package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.audit.files.FactorClaims;

/**
 * A way to compute {@code Λ}.
 *
 * @param variant how sequences are fed
 * @param labels whose they are
 * @param mean whether the loss is the mean over a sequence's loss positions
 * @param normalized whether gradients are divided by their norms
 * @param arrangement how a gradient is read as a matrix
 * @param transposed whether rotations are the wrong way round
 * @param grouping what is summed before it is squared
 */
record MomentPlan(
        Variant variant, LabelsTried labels, boolean mean, boolean normalized, Arrangement arrangement,
        boolean transposed, Grouping grouping) {

    /**
     * All with so many mistakes.
     *
     * @param exact whether those at drawn labels are left out
     */
    static List<MomentPlan> all(FactorClaims claims, List<Integer> batches, int wanted, boolean exact) {
        List<Grouping> groupings = new ArrayList<>(List.of(new Grouping.Sequence(), new Grouping.Token(),
                new Grouping.Use(2), new Grouping.LastUse(2)));
        batches.forEach(size -> groupings.add(new Grouping.BatchMean(size)));
        List<MomentPlan> plans = new ArrayList<>();
        for (Variant variant : List.of(Variant.PLAIN, Variant.LOSS_AT_PADDING, Variant.FIRST_TOKEN_TWICE)) {
            for (LabelsTried labels : LabelsTried.of(exact)) {
                for (boolean mean : BOTH) {
                    for (boolean normalized : BOTH) {
                        for (Arrangement arrangement : Arrangement.values()) {
                            for (boolean transposed : BOTH) {
                                for (Grouping grouping : groupings) {
                                    plans.add(new MomentPlan(
                                            variant, labels, mean, normalized, arrangement, transposed, grouping));
                                }
                            }
                        }
                    }
                }
            }
        }
        return plans.stream().filter(plan -> plan.mistakes(claims).size() == wanted).toList();
    }

    private static final boolean[] BOTH = {false, true};

    List<Mistake> mistakes(FactorClaims claims) {
        List<Mistake> mistakes = new ArrayList<>(labels.mistakes(claims));
        switch (variant) {
            case PLAIN -> { }
            case PADDING_FED, LOSS_AT_PADDING -> mistakes.add(Mistake.M7);
            case FIRST_TOKEN_TWICE -> mistakes.add(Mistake.M20);
        }
        if (mean) {
            mistakes.add(Mistake.M8);
        }
        if (normalized) {
            mistakes.add(Mistake.M14);
        }
        mistakes.addAll(arrangement.mistakes());
        if (transposed) {
            mistakes.add(Mistake.M1);
        }
        mistakes.addAll(grouping.mistakes());
        return mistakes;
    }

    String words() {
        StringBuilder words = new StringBuilder(labels.words());
        switch (variant) {
            case PLAIN -> { }
            case PADDING_FED, LOSS_AT_PADDING -> words.append(", losses at padding");
            case FIRST_TOKEN_TWICE -> words.append(", the first token twice");
        }
        if (mean) {
            words.append(", the loss a mean over tokens");
        }
        if (normalized) {
            words.append(", gradients normalized");
        }
        if (arrangement != Arrangement.RIGHT) {
            words.append(", ").append(arrangement.words());
        }
        if (transposed) {
            words.append(", rotated the wrong way round");
        }
        if (!grouping.words().isEmpty()) {
            words.append(", ").append(grouping.words());
        }
        return words.toString();
    }
}
