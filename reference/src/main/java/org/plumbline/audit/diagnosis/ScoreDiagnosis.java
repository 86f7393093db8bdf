package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.curvature.DampingRule;

/** What explains scores, given the model, the data and the factors that they were computed with. */
public final class ScoreDiagnosis {
    private final ScoreSet scores;
    private final Evidence training;
    private final List<DampingChoice> dampings;
    private final ScorePredictor predictor;
    private final double agreement;
    private final boolean saidRaw;

    /**
     * @param training sequences
     * @param queries the loss of each of which is the measurement
     * @param factors that scores were computed with
     * @param said the damping that is said to be used
     * @param saidRaw whether scores are said to be {@code ∇L_qᵀC⁻¹∇L}, without a {@code 1/N}
     * @param agreement the relative difference that the scores' precision allows
     */
    public ScoreDiagnosis(
            ScoreSet scores, Evidence training, Evidence queries, FactorSet factors, Optional<DampingRule> said,
            boolean saidRaw, double agreement) {
        this.scores = scores;
        this.training = training;
        this.dampings = DampingChoice.all(said);
        ScoredFactors read = ScoredFactors.of(factors, training.sequences());
        this.predictor = new ScorePredictor(
                training, queries, scores.self(), read.bases(), read.moments(), read.kfac());
        this.agreement = agreement;
        this.saidRaw = saidRaw;
    }

    /** What was found, and what is right in its place. */
    public record Result(Finding finding, double[][] right) {}

    /** The finding, and recomputed scores {@code [Q][N]} at the damping that was said, or that fits. */
    public Result find() {
        double[][] found = scores.isPerModule()
                ? scores.modules().stream().map(module -> flat(scores.totals(module))).toArray(double[][]::new)
                : new double[][] {flat(scores.totals())};
        Matcher matcher = new Matcher(found, agreement);
        Finding finding = Matcher.finding("scores", (wanted, _) -> level(matcher, found, wanted),
                "numbers that coincide");
        DampingChoice damping = dampings.stream()
                .filter(choice -> finding.best().words().startsWith(choice.words())).findFirst()
                .filter(_ -> finding.best().fits()).orElse(dampings.getFirst());
        double[] right = summed(predictor.scores(ScorePlan.right(
                damping.mistakes().isEmpty() ? damping : dampings.getFirst())).orElseThrow())[0];
        int n = scores.sequences();
        double[][] rows = new double[scores.queries()][n];
        for (int q = 0; q < rows.length; q++) {
            System.arraycopy(right, q * n, rows[q], 0, n);
        }
        return new Result(finding, rows);
    }

    private static double[] flat(double[][] rows) {
        double[] flat = new double[rows.length * rows[0].length];
        for (int q = 0; q < rows.length; q++) {
            System.arraycopy(rows[q], 0, flat, q * rows[q].length, rows[q].length);
        }
        return flat;
    }

    private static double[][] summed(double[][] layers) {
        double[] sum = new double[layers[0].length];
        for (double[] layer : layers) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += layer[i];
            }
        }
        return new double[][] {sum};
    }

    private List<ScorePlan> plans(int wanted) {
        List<DampingChoice> sound = dampings.stream().filter(choice -> choice.mistakes().isEmpty()).toList();
        List<DampingChoice> wrong = dampings.stream().filter(choice -> !choice.mistakes().isEmpty()).toList();
        List<ScorePlan> plans = new ArrayList<>(sound.stream().map(ScorePlan::right).toList());
        List<List<UnaryOperator<ScorePlan>>> departures =
                ScorePlan.departures(wrong, new Scales(training).batches().stream()
                        .filter(size -> size < training.sequences()).toList());
        // With mistakes the damping is the one that is said, or that a known tool has by default.
        List<ScorePlan> base = sound.stream().filter(choice -> choice.unlikely() == 0).map(ScorePlan::right).toList();
        if (wanted >= 1) {
            base.forEach(plan -> departures.forEach(stage -> stage.forEach(one -> plans.add(one.apply(plan)))));
        }
        if (wanted >= 2) {
            for (ScorePlan plan : base) {
                for (int i = 0; i < departures.size(); i++) {
                    for (int j = 0; j < i; j++) {
                        for (UnaryOperator<ScorePlan> one : departures.get(i)) {
                            for (UnaryOperator<ScorePlan> other : departures.get(j)) {
                                plans.add(one.apply(other.apply(plan)));
                            }
                        }
                    }
                }
            }
        }
        return plans;
    }

    private List<Matcher.Match> level(Matcher matcher, double[][] found, int wanted) {
        List<Matcher.Match> matches = new ArrayList<>();
        for (ScorePlan plan : plans(wanted)) {
            int left = wanted - plan.mistakes().size();
            if (left < 0) {
                continue;
            }
            predictor.scores(plan).map(layers -> scores.isPerModule() ? layers : summed(layers))
                    .ifPresent(base -> afters(left).forEach(after -> {
                        List<Scale> scales = scales(left - after.mistakes().size(), plan.batches() > 0);
                        if (scales.isEmpty()) {
                            return;
                        }
                        List<Mistake> mistakes = new ArrayList<>(plan.mistakes());
                        mistakes.addAll(after.mistakes());
                        double[][] values = after.of(base, found, scores.queries());
                        if (after instanceof After.Shifted && Arrays.deepEquals(values, base)) {
                            return;
                        }
                        matches.addAll(matcher.match(new Candidate(
                                plan.words() + (after.words().isEmpty() ? "" : ", " + after.words()), Traits.NONE,
                                mistakes, plan.damping().unlikely(), Prediction.exact(values)), scales));
                    }));
        }
        return matches;
    }

    private List<After> afters(int mistakes) {
        List<After> afters = new ArrayList<>(List.of(new After.Nothing()));
        if (mistakes > 0) {
            afters.add(new After.Shifted(1));
            afters.add(new After.Shifted(-1));
            for (int size : new Scales(training).batches()) {
                if (size < scores.sequences()) {
                    afters.add(new After.Accumulated(size));
                    if (scores.sequences() % size != 0) {
                        afters.add(new After.Divided(size));
                    }
                }
            }
        }
        return afters;
    }

    private static final int MOST_PROJECTED = 16;

    private List<Scale> scales(int mistakes, boolean inBatches) {
        double n = training.sequences();
        List<Scale> all = new ArrayList<>();
        all.add(Scale.of("", 1));
        all.add(scale("divided by the number of sequences", 1 / n, saidRaw ? Mistake.M13 : null, 0.5));
        all.add(scale("of the opposite sign", -1, Mistake.M13, 0));
        all.add(scale("of the opposite sign and divided by the number of sequences", -1 / n, Mistake.M13, 0.1));
        for (int b : new Scales(training).batches().stream().filter(size -> size < n).toList()) {
            all.add(scale("divided by a batch of " + b, 1.0 / b, Mistake.M20, 0.2));
            all.add(scale("divided by the square of a batch of " + b, 1.0 / ((double) b * b), Mistake.M20, 0.3));
            if (inBatches) {
                all.add(Scale.of("a mean over batches", 1 / Math.ceil(n / b)));
            }
        }
        for (int power = 1; power <= MOST_PROJECTED; power++) {
            all.add(scale("times " + (1 << power) + ", as a random projection to so many dimensions gives without 1/p",
                    1 << power, Mistake.M14, 0.4));
        }
        return all.stream().filter(scale -> scale.mistakes().size() == mistakes).toList();
    }

    private static Scale scale(
            String words, double factor, @Nullable Mistake mistake, double unlikely) {
        return new Scale(words, Traits.NONE, factor, mistake == null ? List.of() : List.of(mistake), unlikely);
    }
}
