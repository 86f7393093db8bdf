package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.distribution.FDistribution;
import org.plumbline.io.InputException;

/**
 * Compares what was found with predictions.
 *
 * <p>Without sampled labels a prediction {@code P} fits where {@code ‖X − cP‖ ≤ δ‖X‖}, {@code δ} being the agreement
 * that the precision of the files allows. With sampled labels {@code X} is one draw more: if it is like the {@code K}
 * draws {@code P_k} at hand, with mean {@code P̄}, then
 *
 * <pre>  F = ‖X − cP̄‖² / ((1 + 1/K) c² tr C),   C = 1/(K − 1) Σ_k (P_k − P̄)(P_k − P̄)ᵀ,</pre>
 *
 * <p>is about {@code F(ν, ν(K − 1))} with {@code ν = (tr C)² / tr C²} (Satterthwaite, 1946), and the prediction fits
 * where {@code F} is below the quantile that one sound input in a million exceeds. {@code √(tr C) c / ‖X‖} is the
 * relative standard error of one draw.
 */
final class Matcher {
    private static final double ONE_IN_A_MILLION = 1e-6;

    /** What fits to all digits with two mistakes is likelier than what fits within sampling error with none. */
    private static final double WITHIN_SAMPLING_ERROR = 2.5;

    private static final double WITHIN_SINGLE_PRECISION = 0.25;

    /** What was computed in float32 and stored in float64 agrees to this, and counts where nothing agrees to more. */
    private static final double COARSE = Resolution.SINGLE.agreement();

    private final double[][] found;
    private final double agreement;

    /**
     * @param found one array a module
     * @param agreement {@code δ}
     */
    Matcher(double[][] found, double agreement) {
        this.found = found;
        this.agreement = agreement;
    }

    /** An explanation with what speaks against it, for their order. */
    record Match(Explanation explanation, double unlikely, boolean sampled, boolean coarse) {
        double cost() {
            return explanation.mistakes().size() + unlikely + (sampled ? WITHIN_SAMPLING_ERROR : 0)
                    + (coarse ? WITHIN_SINGLE_PRECISION : 0);
        }
    }

    /** All scales of a candidate; none if it is of another shape. */
    List<Match> match(Candidate candidate, List<Scale> scales) {
        Prediction prediction = candidate.prediction();
        List<Match> matches = new ArrayList<>();
        List<Moments> moments = new ArrayList<>();
        for (int l = 0; l < found.length; l++) {
            if (prediction.draws().getFirst()[l].length != found[l].length) {
                return matches;
            }
            moments.add(Moments.of(prediction, l));
        }
        for (Scale scale : scales) {
            List<Mistake> mistakes = new ArrayList<>(candidate.mistakes());
            mistakes.addAll(scale.mistakes());
            String words = candidate.words() + (scale.words().isEmpty() ? "" : ", " + scale.words());
            Traits traits = candidate.traits().and(scale.traits());
            Explanation explanation = explain(moments, scale.factor(), mistakes, words, traits, agreement);
            boolean coarse = !explanation.fits() && agreement < COARSE
                    && explain(moments, scale.factor(), mistakes, words, traits, COARSE).fits();
            matches.add(new Match(coarse
                    ? explain(moments, scale.factor(), mistakes, words, traits, COARSE) : explanation,
                    candidate.unlikely() + scale.unlikely(), prediction.isSampled(), coarse));
        }
        return matches;
    }

    private Explanation explain(
            List<Moments> moments, double scale, List<Mistake> mistakes, String words, Traits traits, double within) {
        double worst = 0;
        double ofWorst = within;
        boolean fits = true;
        for (int l = 0; l < found.length; l++) {
            double norm = 0;
            double squares = 0;
            double[] mean = moments.get(l).mean;
            for (int i = 0; i < mean.length; i++) {
                double difference = found[l][i] - scale * mean[i];
                squares += difference * difference;
                norm += found[l][i] * found[l][i];
            }
            double size = norm == 0 ? 1 : norm;
            double sampling = scale * scale * moments.get(l).trace;
            double allowed = within * within * size + moments.get(l).quantile * sampling;
            fits &= squares <= allowed;
            double residual = Math.sqrt(squares / size);
            if (residual >= worst) {
                worst = residual;
                ofWorst = Math.max(within, Math.sqrt(sampling / size));
            }
        }
        return new Explanation(mistakes, words, traits, worst, ofWorst, fits);
    }

    /** Mean, {@code tr C} and the quantile of {@code F} times {@code 1 + 1/K}, of one module. */
    private record Moments(double[] mean, double trace, double quantile) {
        static Moments of(Prediction prediction, int module) {
            double[] mean = prediction.mean(module);
            int draws = prediction.draws().size();
            if (draws == 1) {
                return new Moments(mean, 0, 0);
            }
            double[][] gram = new double[draws][draws];
            for (int k = 0; k < draws; k++) {
                for (int j = 0; j <= k; j++) {
                    double product = 0;
                    double[] a = prediction.draws().get(k)[module];
                    double[] b = prediction.draws().get(j)[module];
                    for (int i = 0; i < mean.length; i++) {
                        product += (a[i] - mean[i]) * (b[i] - mean[i]);
                    }
                    gram[k][j] = product / (draws - 1);
                    gram[j][k] = gram[k][j];
                }
            }
            double trace = 0;
            double squares = 0;
            for (int k = 0; k < draws; k++) {
                trace += gram[k][k];
                for (int j = 0; j < draws; j++) {
                    squares += gram[k][j] * gram[k][j];
                }
            }
            if (trace <= 0 || squares <= 0) {
                return new Moments(mean, 0, 0);
            }
            double freedom = Math.max(1, trace * trace / squares);
            double quantile = new FDistribution(freedom, freedom * (draws - 1))
                    .inverseCumulativeProbability(1 - ONE_IN_A_MILLION);
            return new Moments(mean, trace, quantile * (1 + 1.0 / draws));
        }
    }

    /** What a quantity may be by candidates with some mistakes. */
    @FunctionalInterface
    interface Levels {
        /**
         * @param mistakes how many
         * @param exact whether candidates at drawn labels are left out
         */
        List<Match> at(int mistakes, boolean exact);
    }

    /**
     * The finding of a quantity: the match with the fewest mistakes among those that fit, otherwise the closest, and
     * what fits as well. Single mistakes are always asked for, so that what cannot be told apart from a convention is
     * known; pairs only where nothing else fits, and where what fits does so within sampling error: numbers that are
     * reproduced to all digits were not drawn at other labels.
     */
    static Finding finding(String quantity, Levels levels, String why) {
        List<Match> all = new ArrayList<>(levels.at(0, false));
        all.addAll(levels.at(1, false));
        List<Match> fitting = all.stream().filter(match -> match.explanation().fits()).toList();
        if (fitting.stream().noneMatch(match -> !match.sampled())) {
            all.addAll(levels.at(2, !fitting.isEmpty()));
        }
        Comparator<Match> byCost = Comparator.comparingDouble(Match::cost);
        Match best = all.stream().filter(match -> match.explanation().fits())
                .min(byCost.thenComparingDouble(match -> match.explanation().residual()))
                .orElseGet(() -> all.stream()
                        .min(Comparator.comparingDouble(match -> match.explanation().residual()))
                        .orElseThrow(() -> new InputException(quantity + ": nothing that is known has this shape")));
        List<Explanation> alike = all.stream()
                .filter(match -> match != best && match.explanation().fits() && best.explanation().fits())
                .filter(match -> match.sampled() == best.sampled() && match.coarse() == best.coarse())
                .filter(match -> match.explanation().mistakes().size()
                        <= Math.max(1, best.explanation().mistakes().size()))
                .sorted(byCost)
                .map(Match::explanation).toList();
        return new Finding(quantity, best.explanation(), alike, alike.isEmpty() ? "" : why);
    }
}
