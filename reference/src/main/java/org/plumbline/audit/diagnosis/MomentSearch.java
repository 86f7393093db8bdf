package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.audit.files.FactorClaims;
import org.plumbline.influence.Convention;
import org.plumbline.model.TrackedLayer;

/** What explains {@code Σ_m (Q_Sᵀ G_m Q_A)²} in the bases that stand beside it. */
final class MomentSearch {
    private final Evidence evidence;
    private final Scales scales;
    private final Matcher matcher;
    private final FactorClaims claims;
    private final Convention claimed;
    private final List<Basis> bases;
    private final Optional<double[][]> products;

    /**
     * @param bases in which {@code Λ} is meant to be
     * @param products {@code s_i a_j} of the stored eigenvalues, if there are any
     */
    MomentSearch(
            Evidence evidence, Matcher matcher, FactorClaims claims, Convention claimed, List<Basis> bases,
            Optional<double[][]> products) {
        this.evidence = evidence;
        this.scales = new Scales(evidence);
        this.matcher = matcher;
        this.claims = claims;
        this.claimed = claimed;
        this.bases = bases;
        this.products = products;
    }

    Finding find() {
        return Matcher.finding("Λ", this::level,
                "closer than the sampling error, or numbers that coincide");
    }

    private List<Matcher.Match> level(int wanted, boolean exact) {
        List<Matcher.Match> matches = new ArrayList<>();
        List<Scale> plain = scales.ofEigenvalues(claimed.eigenvalues());
        for (MomentPlan plan : MomentPlan.all(claims, scales.batches(), wanted, exact)) {
            add(matches, plan, plain);
        }
        if (wanted > 0) {
            for (MomentPlan plan : MomentPlan.all(claims, List.of(), wanted - 1, exact)) {
                add(matches, plan, scales.withBatchMeans(plain));
            }
        }
        if (wanted == 1) {
            products.ifPresent(values -> matches.addAll(matcher.match(
                    new Candidate("K-FAC's eigenvalues s · a", Traits.NONE, List.of(Mistake.M17), 0,
                            Prediction.exact(values)),
                    kfacScales(plain))));
        }
        return matches;
    }

    /** {@code n̄ s a} and {@code s a}, as means over sequences, divided as {@code Λ} is. */
    private List<Scale> kfacScales(List<Scale> plain) {
        double n = evidence.sequences();
        List<Scale> all = new ArrayList<>();
        for (Convention.Positions positions : Convention.Positions.values()) {
            double length = evidence.counts(positions).positions() / n;
            for (Scale scale : plain) {
                all.add(new Scale(scale.words(), scale.traits(), scale.factor() * n * length, List.of(), 0));
                all.add(new Scale(scale.words(), scale.traits(), scale.factor() * n, List.of(), 0));
            }
        }
        all.add(Scale.of("", 1));
        return all;
    }

    private void add(List<Matcher.Match> matches, MomentPlan plan, List<Scale> all) {
        if (evidence.layers().stream().noneMatch(plan.arrangement()::changes)
                && plan.arrangement() != Arrangement.RIGHT) {
            return;
        }
        plan.labels().rows(evidence, plan.variant()).ifPresent(rows -> {
            List<double[][]> draws = new ArrayList<>();
            for (int number : plan.labels().numbers()) {
                draws.add(moments(plan, rows, number));
            }
            matches.addAll(matcher.match(
                    new Candidate(
                    plan.words(), plan.labels().traits(), plan.mistakes(claims), 0, new Prediction(draws)), all));
        });
    }

    private double[][] moments(MomentPlan plan, Rows[][] rows, int number) {
        double[][] moments = new double[rows.length][];
        double[] norms = plan.normalized() ? norms(rows, number) : new double[0];
        for (int l = 0; l < rows.length; l++) {
            TrackedLayer layer = evidence.layers().get(l);
            double[] sum = new double[layer.size()];
            double[] batch = new double[layer.size()];
            int inBatch = 0;
            for (int m = 0; m < rows[l].length; m++) {
                double weight = (plan.mean() ? 1.0 / evidence.lossPositions(m) : 1)
                        / (plan.normalized() && norms[m] > 0 ? norms[m] : 1);
                if (plan.grouping() instanceof Grouping.BatchMean(int size)) {
                    addTo(batch, rows[l][m].gradient(number, 0, rows[l][m].positions()), weight);
                    inBatch++;
                    if (inBatch == size || m + 1 == rows[l].length) {
                        addSquares(sum, turned(plan, l, layer, batch), 1.0 / inBatch);
                        batch = new double[layer.size()];
                        inBatch = 0;
                    }
                    continue;
                }
                int[] bounds = plan.grouping().bounds(rows[l][m].positions());
                for (int part = 0; part + 1 < bounds.length; part++) {
                    addSquares(sum, turned(plan, l, layer,
                            rows[l][m].gradient(number, bounds[part], bounds[part + 1])), weight);
                }
            }
            moments[l] = sum;
        }
        return moments;
    }

    private double[] turned(MomentPlan plan, int l, TrackedLayer layer, double[] gradient) {
        return bases.get(l).rotate(plan.arrangement().of(layer, gradient), plan.transposed());
    }

    private static double[] norms(Rows[][] rows, int number) {
        double[] norms = new double[rows[0].length];
        for (int m = 0; m < norms.length; m++) {
            for (Rows[] layer : rows) {
                for (double x : layer[m].gradient(number, 0, layer[m].positions())) {
                    norms[m] += x * x;
                }
            }
            norms[m] = Math.sqrt(norms[m]);
        }
        return norms;
    }

    private static void addTo(double[] sum, double[] values, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * values[i];
        }
    }

    private static void addSquares(double[] sum, double[] values, double weight) {
        for (int i = 0; i < sum.length; i++) {
            double x = weight * values[i];
            sum[i] += x * x;
        }
    }
}
