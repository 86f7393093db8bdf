package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.audit.files.FactorClaims;
import org.plumbline.influence.Convention;
import org.plumbline.influence.Convention.Positions;

/** What explains {@code Σ Ds Dsᵀ}: labels, the loss's reduction, padding, and its divisor. */
final class GradientSearch {
    private final Evidence evidence;
    private final Scales scales;
    private final Matcher matcher;
    private final FactorClaims claims;
    private final Convention claimed;
    private final Positions positions;

    /**
     * @param positions that were found to be counted in {@code Σ ā āᵀ}
     */
    GradientSearch(
            Evidence evidence, Matcher matcher, FactorClaims claims, Convention claimed, Positions positions) {
        this.evidence = evidence;
        this.scales = new Scales(evidence);
        this.matcher = matcher;
        this.claims = claims;
        this.claimed = claimed;
        this.positions = positions;
    }

    Finding find() {
        return Matcher.finding("S", this::level,
                "closer than the sampling error, or sequences of one length");
    }

    private List<Matcher.Match> level(int wanted, boolean exact) {
        List<Matcher.Match> matches = new ArrayList<>();
        for (LabelsTried labels : LabelsTried.of(exact)) {
            for (Variant variant : List.of(Variant.PLAIN, Variant.LOSS_AT_PADDING, Variant.FIRST_TOKEN_TWICE)) {
                for (boolean mean : new boolean[] {false, true}) {
                    List<Mistake> mistakes = new ArrayList<>(labels.mistakes(claims));
                    String words = labels.words();
                    if (variant == Variant.LOSS_AT_PADDING) {
                        mistakes.add(Mistake.M7);
                        words += ", losses at padding";
                    } else if (variant == Variant.FIRST_TOKEN_TWICE) {
                        mistakes.add(Mistake.M20);
                        words += ", the first token twice";
                    }
                    if (mean) {
                        mistakes.add(Mistake.M8);
                        words += ", the loss a mean over tokens";
                    }
                    add(matches, wanted, labels, variant, mean, mistakes, words);
                }
            }
        }
        return matches;
    }

    private void add(
            List<Matcher.Match> matches, int wanted, LabelsTried labels, Variant variant, boolean mean,
            List<Mistake> mistakes, String words) {
        int missing = wanted - mistakes.size();
        if (missing != 0 && missing != 1) {
            return;
        }
        List<Scale> plain = scales.ofCovariance(positions, claimed.covariance());
        predict(labels, variant, mean).ifPresent(prediction -> matches.addAll(matcher.match(
                new Candidate(words, labels.traits(), mistakes, 0, prediction),
                missing == 0 ? plain : scales.withBatchMeans(plain))));
    }

    private Optional<Prediction> predict(LabelsTried labels, Variant variant, boolean mean) {
        return labels.rows(evidence, variant).map(rows -> {
            List<double[][]> draws = new ArrayList<>();
            for (int number : labels.numbers()) {
                double[][] sums = new double[rows.length][];
                for (int l = 0; l < rows.length; l++) {
                    int n = evidence.layers().get(l).outputs();
                    sums[l] = new double[n * n];
                    for (int m = 0; m < rows[l].length; m++) {
                        double length = evidence.lossPositions(m);
                        rows[l][m].addGradients(sums[l], number, mean ? 1 / (length * length) : 1);
                    }
                }
                draws.add(sums);
            }
            return new Prediction(draws);
        });
    }
}
