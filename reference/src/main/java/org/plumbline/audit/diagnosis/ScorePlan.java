package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A way to compute scores, up to what happens to them afterwards.
 *
 * @param gradients of which sequences, and how they are read and rotated
 * @param eigenvalues which stand in the basis
 * @param operation what is done with them
 * @param damping what is added to them
 * @param piling how damping grows from call to call
 * @param batches sequences of the batches whose inverses are summed; 0 for one inverse of all
 */
record ScorePlan(
        GradientPlan gradients, Eigenvalues eigenvalues, Operation operation, DampingChoice damping, Piling piling,
        int batches) {

    /** On which side something is done. */
    enum Side { NEITHER, TRAINING, BOTH }

    /** Gradients as a plan has them. */
    record GradientPlan(
            Variant variant, Side normalized, Side mean, boolean lastUse, Arrangement arrangement,
            boolean transposed) {}

    /** Which eigenvalues. */
    enum Eigenvalues { EKFAC, KFAC }

    /** What is done with eigenvalues. */
    enum Operation { DIVIDE, MULTIPLY_DAMPED, MULTIPLY }

    /** How damping grows. */
    sealed interface Piling {
        /** Not. */
        record None() implements Piling {}

        /** Once more for each query. */
        record Queries() implements Piling {}

        /** Once more for each batch of training sequences. */
        record Batches(int size) implements Piling {}
    }

    private static final GradientPlan PLAIN = new GradientPlan(
            Variant.PLAIN, Side.NEITHER, Side.NEITHER, false, Arrangement.RIGHT, false);

    /** As it should be, at some damping. */
    static ScorePlan right(DampingChoice damping) {
        return new ScorePlan(PLAIN, Eigenvalues.EKFAC, Operation.DIVIDE, damping, new Piling.None(), 0);
    }

    private ScorePlan with(GradientPlan other) {
        return new ScorePlan(other, eigenvalues, operation, damping, piling, batches);
    }

    private ScorePlan with(Eigenvalues other) {
        return new ScorePlan(gradients, other, operation, damping, piling, batches);
    }

    private ScorePlan with(Operation other) {
        return new ScorePlan(gradients, eigenvalues, other, damping, piling, batches);
    }

    private ScorePlan with(DampingChoice other) {
        return new ScorePlan(gradients, eigenvalues, operation, other, piling, batches);
    }

    private ScorePlan with(Piling other) {
        return new ScorePlan(gradients, eigenvalues, operation, damping, other, batches);
    }

    private ScorePlan inBatches(int size) {
        return new ScorePlan(gradients, eigenvalues, operation, damping, piling, size);
    }

    /**
     * Departures from what is right, by what they depart in: each changes one thing, so that two of different lists are
     * two mistakes.
     */
    static List<List<UnaryOperator<ScorePlan>>> departures(List<DampingChoice> dampings, List<Integer> sizes) {
        List<List<UnaryOperator<ScorePlan>>> all = new ArrayList<>();
        all.add(List.of(
                plan -> plan.gradients(Variant.FIRST_TOKEN_TWICE),
                plan -> plan.gradients(Variant.LOSS_AT_PADDING)));
        all.add(List.of(plan -> plan.normalized(Side.TRAINING), plan -> plan.normalized(Side.BOTH)));
        all.add(List.of(plan -> plan.mean(Side.TRAINING), plan -> plan.mean(Side.BOTH)));
        all.add(List.of(ScorePlan::lastUse));
        all.add(List.of(plan -> plan.arranged(Arrangement.APPENDED), plan -> plan.arranged(Arrangement.AXES),
                plan -> plan.arranged(Arrangement.COLUMNS), plan -> plan.arranged(Arrangement.NO_ONES)));
        all.add(List.of(ScorePlan::turned));
        all.add(List.of(plan -> plan.with(Eigenvalues.KFAC)));
        all.add(List.of(plan -> plan.with(Operation.MULTIPLY_DAMPED), plan -> plan.with(Operation.MULTIPLY)));
        all.add(dampings.stream().<UnaryOperator<ScorePlan>>map(one -> plan -> plan.with(one)).toList());
        List<UnaryOperator<ScorePlan>> pilings = new ArrayList<>();
        pilings.add(plan -> plan.with(new Piling.Queries()));
        sizes.forEach(size -> pilings.add(plan -> plan.with(new Piling.Batches(size))));
        all.add(pilings);
        all.add(sizes.stream().<UnaryOperator<ScorePlan>>map(size -> plan -> plan.inBatches(size)).toList());
        return all;
    }

    private ScorePlan gradients(Variant variant) {
        return with(new GradientPlan(variant, gradients.normalized, gradients.mean, gradients.lastUse,
                gradients.arrangement, gradients.transposed));
    }

    private ScorePlan normalized(Side side) {
        return with(new GradientPlan(gradients.variant, side, gradients.mean, gradients.lastUse,
                gradients.arrangement, gradients.transposed));
    }

    private ScorePlan mean(Side side) {
        return with(new GradientPlan(gradients.variant, gradients.normalized, side, gradients.lastUse,
                gradients.arrangement, gradients.transposed));
    }

    private ScorePlan lastUse() {
        return with(new GradientPlan(gradients.variant, gradients.normalized, gradients.mean, true,
                gradients.arrangement, gradients.transposed));
    }

    private ScorePlan arranged(Arrangement arrangement) {
        return with(new GradientPlan(gradients.variant, gradients.normalized, gradients.mean, gradients.lastUse,
                arrangement, gradients.transposed));
    }

    private ScorePlan turned() {
        return with(new GradientPlan(gradients.variant, gradients.normalized, gradients.mean, gradients.lastUse,
                gradients.arrangement, true));
    }

    List<Mistake> mistakes() {
        List<Mistake> mistakes = new ArrayList<>();
        switch (gradients.variant) {
            case PLAIN -> { }
            case PADDING_FED, LOSS_AT_PADDING -> mistakes.add(Mistake.M7);
            case FIRST_TOKEN_TWICE -> mistakes.add(Mistake.M20);
        }
        add(mistakes, gradients.normalized != Side.NEITHER, Mistake.M14);
        add(mistakes, gradients.mean != Side.NEITHER, Mistake.M8);
        add(mistakes, gradients.lastUse, Mistake.M10);
        mistakes.addAll(gradients.arrangement.mistakes());
        add(mistakes, gradients.transposed, Mistake.M1);
        add(mistakes, eigenvalues == Eigenvalues.KFAC, Mistake.M17);
        add(mistakes, operation == Operation.MULTIPLY_DAMPED, Mistake.M3);
        add(mistakes, operation == Operation.MULTIPLY, Mistake.M17);
        mistakes.addAll(damping.mistakes());
        add(mistakes, !(piling instanceof Piling.None), Mistake.M4);
        add(mistakes, batches > 0, Mistake.M18);
        return mistakes;
    }

    private static void add(List<Mistake> mistakes, boolean is, Mistake mistake) {
        if (is) {
            mistakes.add(mistake);
        }
    }

    String words() {
        List<String> words = new ArrayList<>(List.of(damping.words()));
        add(words, gradients.variant == Variant.FIRST_TOKEN_TWICE, "the first token twice");
        add(words, gradients.variant == Variant.LOSS_AT_PADDING, "losses at padding");
        add(words, gradients.normalized != Side.NEITHER, "gradients normalized" + sides(gradients.normalized));
        add(words, gradients.mean != Side.NEITHER, "the loss a mean over tokens" + sides(gradients.mean));
        add(words, gradients.lastUse, "only the last of two uses of a weight kept");
        add(words, gradients.arrangement != Arrangement.RIGHT, gradients.arrangement.words());
        add(words, gradients.transposed, "rotated the wrong way round");
        add(words, eigenvalues == Eigenvalues.KFAC, "K-FAC's eigenvalues");
        add(words, operation == Operation.MULTIPLY_DAMPED, "multiplied by Λ + λ");
        add(words, operation == Operation.MULTIPLY, "multiplied by Λ");
        switch (piling) {
            case Piling.None _ -> { }
            case Piling.Queries _ -> words.add("added once more for each query");
            case Piling.Batches(int size) -> words.add("added once more for each batch of " + size);
        }
        add(words, batches > 0, "inverses of batches of " + batches + " summed");
        return String.join(", ", words);
    }

    private static String sides(Side side) {
        return side == Side.BOTH ? " on both sides" : "";
    }

    private static void add(List<String> words, boolean is, String more) {
        if (is) {
            words.add(more);
        }
    }
}
