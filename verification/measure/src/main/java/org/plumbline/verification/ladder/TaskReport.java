package org.plumbline.verification.ladder;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.plumbline.verification.statistics.Interval;

/**
 * Everything found in one study. All of it but {@code costs} depends on configuration and engine alone, to the last
 * bit.
 *
 * @param sequences {@code N}
 * @param pairs indices of the training sequences on which the ladder is measured
 * @param initialLoss mean loss per loss position before training, in nats
 * @param loss after training
 * @param damping {@code λ_ℓ} of each layer
 * @param negativeEigenvalues of the exact Hessian
 * @param reliability correlation of the means of two halves of the seeds of retraining from scratch
 * @param ceiling what the exact expectation over seeds would correlate at with the mean over all seeds, as estimated
 *     from {@code reliability}
 * @param bySeed agreement with retraining of every rung below it, for the model's seed and for the others
 * @param stepStudy the proximal Bregman response by step size
 * @param advantages how much closer some estimates are than the gradient dot product
 */
public record TaskReport(
        String name, String description, int sequences, int queries, int[] pairs, double initialLoss, double loss,
        double[] damping, int negativeEigenvalues, List<Rung> rungs, Interval reliability, double ceiling,
        List<BySeed> bySeed, List<StepPoint> stepStudy, List<Advantage> advantages, List<Datamodeling> datamodeling,
        List<Ranking> rankings, List<Curve> solvers, List<EqualError> equalErrors, List<Cost> costs) {

    /**
     * Pearson's correlation of a rung with retraining from scratch. A training with the seed of the model that the
     * estimates are taken at begins at the same parameters and sees the same batches.
     *
     * @param own with the effects on a training with the model's seed
     * @param others with the mean of the effects on trainings with the other seeds
     */
    public record BySeed(String rung, Interval own, Interval others) {}

    /**
     * One step size of the proximal Bregman response.
     *
     * @param copies {@code εN}
     * @param relativeError of the central difference against the formula {@code −∇fᵀ(G + λ)⁻¹∇L}, over all pairs
     * @param addedError of the one-sided difference for adding
     * @param addedGradientNorm the largest {@code ‖∇Q‖} at the end of a search over that at its beginning, when adding
     * @param removedGradientNorm the same when removing
     * @param gradients of {@code Q} for one sequence, both sides, mean
     */
    public record StepPoint(
            double copies, double relativeError, double addedError, double addedGradientNorm,
            double removedGradientNorm, double gradients) {}

    /**
     * An estimate's agreement with a reference, beside that of the gradient dot product.
     *
     * @param pearson its correlation with the reference
     * @param difference of its correlation and that of the gradient dot product
     */
    public record Advantage(String estimate, String reference, Interval pearson, Interval difference) {}

    /**
     * The linear datamodeling score of an estimate.
     *
     * @param removed fraction of the training sequences
     * @param seeds number of averaged trainings; one has the seed of the model that the estimate is taken at
     */
    public record Datamodeling(String estimate, double removed, int seeds, Interval score) {}

    /**
     * What an estimate's highest-ranked sequences do.
     *
     * @param removalDrop fall of the query's log-likelihood when they are removed together and the model is retrained
     * @param tailPatch mean rise of it by a further step on one of them
     */
    public record Ranking(String estimate, Interval removalDrop, Interval tailPatch) {}

    /**
     * One rung. A comparison is null where the rung is itself the reference, or the first.
     *
     * @param definition what was measured or computed
     * @param above agreement with the rung above: what this step costs
     * @param retraining agreement with retraining from scratch
     * @param response agreement with the proximal Bregman response
     * @param gaussNewton agreement with the damped Gauss–Newton influence
     */
    public record Rung(
            String name, String definition, @Nullable Closeness above, @Nullable Closeness retraining,
            @Nullable Closeness response, @Nullable Closeness gaussNewton) {}

    /**
     * One point of a curve.
     *
     * @param passes over the sequences, products with {@code G} a query
     * @param relativeError {@code ‖x̂ − x‖/‖x‖}, mean over queries
     * @param pearson of the scores of all training sequences with the exact ones
     */
    public record CurvePoint(int passes, double relativeError, Interval pearson) {}

    /**
     * The curve of a solver, to the first power of two at which its error is below {@code 1e-8} or to the last tried.
     */
    public record Curve(String solver, String definition, List<CurvePoint> points) {}

    /**
     * One method at the error of EK-FAC.
     *
     * @param passes of a solver over the sequences, null where it was not as close within those allowed or takes none
     * @param relativeError {@code ‖x̂ − x‖/‖x‖} of EK-FAC, which the others meet
     * @param pearson correlation of scores, of EK-FAC
     */
    public record EqualError(String method, @Nullable Integer passes, double relativeError, double pearson) {}

    /**
     * Seconds, which differ from run to run.
     *
     * @param fit seconds before the first query
     * @param perQuery seconds a query; null where the method did not get as close
     */
    public record Cost(String method, double fit, @Nullable Double perQuery) {

        /** Seconds for a number of queries. */
        double of(int queries) {
            return fit + queries * Objects.requireNonNull(perQuery);
        }
    }
}
