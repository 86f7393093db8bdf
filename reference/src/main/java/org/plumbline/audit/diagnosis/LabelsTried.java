package org.plumbline.audit.diagnosis;

import java.util.List;
import java.util.Optional;
import org.plumbline.audit.files.FactorClaims;
import org.plumbline.influence.Convention.Labels;

/** Labels at which pseudo-gradients may be taken. */
enum LabelsTried {
    /** Drawn from the model, or in expectation over it: the mean is the same. */
    MODEL("labels of the model"),
    /** The training labels. */
    TRAINING("training labels"),
    /** One backward pass of {@code Σ √p log p}. */
    ROOT_SUM("one backward pass of Σ √p log p");

    private final String words;

    LabelsTried(String words) {
        this.words = words;
    }

    /** All, or those that are not drawn. */
    static List<LabelsTried> of(boolean exact) {
        return exact ? List.of(TRAINING, ROOT_SUM) : List.of(values());
    }

    String words() {
        return words;
    }

    Traits traits() {
        return switch (this) {
            case MODEL -> Traits.of(Labels.MODEL);
            case TRAINING -> Traits.of(Labels.TRAINING);
            case ROOT_SUM -> Traits.NONE;
        };
    }

    /** The mistakes in them, by what is claimed. */
    List<Mistake> mistakes(FactorClaims claims) {
        return switch (this) {
            case MODEL -> claims.labels().equals(Optional.of(Labels.TRAINING)) ? List.of(Mistake.M5) : List.of();
            case TRAINING -> claims.labels().isEmpty() || claims.labels().get() == Labels.TRAINING
                    ? List.of() : List.of(Mistake.M5);
            case ROOT_SUM -> List.of(Mistake.M5);
        };
    }

    /** The rows with their gradients, and which of them are draws; empty if they are not available. */
    Optional<Rows[][]> rows(Evidence evidence, Variant variant) {
        return this != ROOT_SUM ? evidence.rows(variant)
                : variant == Variant.PLAIN ? evidence.rootSums() : Optional.empty();
    }

    /** Numbers of the arrays of gradients in {@link Rows}. */
    int[] numbers() {
        int[] draws = new int[Evidence.DRAWS];
        for (int k = 0; k < draws.length; k++) {
            draws[k] = 1 + k;
        }
        return this == MODEL ? draws : new int[] {Evidence.TRAINING};
    }
}
