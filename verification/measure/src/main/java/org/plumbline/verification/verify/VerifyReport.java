package org.plumbline.verification.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a run of {@code verify} found. All of it but {@code timings} depends on configuration, text and engine
 * alone, to the last bit.
 */
public record VerifyReport(
        String version, VerifyConfig configuration, Environment environment, Data data, Training training, Truth truth,
        List<EstimatorReport> estimators, List<QueryReport> queries, Timings timings) {

    /** What ran it. */
    public record Environment(String java, String engine, String precision) {}

    /** What it ran on. */
    public record Data(String description, int sequences, int positions, int vocabulary) {}

    /** What the model has learned, in nats per predicted token. */
    public record Training(
            int parameters, int tracked, double initialLoss, double loss, double uniformLoss, double unigramLoss) {}

    /**
     * The exact curvatures.
     *
     * @param layers names of the tracked layers
     * @param damping {@code λ_ℓ} of each
     * @param negativeEigenvalues number of eigenvalues of the exact Hessian that are negative beyond rounding
     * @param mostNegative the most negative eigenvalue of the exact Hessian, 0 if there is none
     * @param hessianTreatment what is done about them
     */
    public record Truth(
            List<String> layers, double[] damping, int negativeEigenvalues, double mostNegative,
            String hessianTreatment) {}

    /**
     * One query and the sequences that matter most to it.
     *
     * @param logProbability of the completion under the trained model, in nats
     * @param supportAmongTop how many of the exact top ten state what the completion says; null where that is not known
     */
    public record QueryReport(
            String prompt, String completion, double logProbability, @Nullable Integer supportAmongTop,
            List<Ranked> mostPositive,
            List<Ranked> mostNegative) {}

    /** A training sequence and its exact damped Gauss–Newton score. */
    public record Ranked(int sequence, double raw, double perCopy, String text) {}

    /**
     * Seconds, which differ from run to run.
     *
     * @param stages by name
     * @param fit seconds to fit each estimator
     * @param query seconds to apply each to one query
     */
    public record Timings(
            int threads, double total, Map<String, Double> stages,
            Map<String, Double> fit, Map<String, Double> query) {}
}
