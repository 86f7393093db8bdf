package org.plumbline.audit.diagnosis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plumbline.audit.diagnosis.ScorePlan.GradientPlan;
import org.plumbline.audit.diagnosis.ScorePlan.Side;

/**
 * Scores by a plan, {@code Σ_i (Qᵀg_q)_i w_i (Qᵀg_m)_i} in the eigenbasis, with {@code w = 1/(Λ + λ)} where the plan is
 * right.
 */
final class ScorePredictor {
    private final Evidence training;
    private final Evidence queries;
    private final boolean self;
    private final List<Basis> bases;
    private final double[][] moments;
    private final Optional<KfacEigenvalues> kfac;
    private final Map<GradientPlan, Optional<Sides>> turned = new HashMap<>();

    /**
     * @param self whether scores are those of training sequences with themselves
     * @param moments {@code Λ} of each layer, means over sequences
     * @param kfac eigenvalues of K-FAC, if they are known
     */
    ScorePredictor(
            Evidence training, Evidence queries, boolean self, List<Basis> bases, double[][] moments,
            Optional<KfacEigenvalues> kfac) {
        this.training = training;
        this.queries = queries;
        this.self = self;
        this.bases = bases;
        this.moments = moments;
        this.kfac = kfac;
    }

    /** Rotated gradients {@code [layer][sequence]}. */
    private record Sides(double[][][] training, double[][][] queries) {}

    /** {@code [Q, N]} for each layer; empty where the plan makes no sense for these data. */
    Optional<double[][]> scores(ScorePlan plan) {
        boolean needed = plan.eigenvalues() == ScorePlan.Eigenvalues.KFAC || plan.damping().isInside();
        if (needed && kfac.isEmpty()) {
            return Optional.empty();
        }
        return turned.computeIfAbsent(plan.gradients(), this::turned).map(sides -> scores(plan, sides));
    }

    private double[][] scores(ScorePlan plan, Sides sides) {
        int n = training.sequences();
        int q = self ? 1 : queries.sequences();
        double[][] scores = new double[bases.size()][q * n];
        double[][] eigenvalues = moments.clone();
        if (plan.eigenvalues() == ScorePlan.Eigenvalues.KFAC) {
            Arrays.setAll(eigenvalues, kfac.orElseThrow()::products);
        }
        for (int l = 0; l < scores.length; l++) {
            double[] weights = new double[0];
            int last = -1;
            for (int i = 0; i < q; i++) {
                for (int m = 0; m < n; m++) {
                    int calls = switch (plan.piling()) {
                        case ScorePlan.Piling.None _ -> 1;
                        case ScorePlan.Piling.Queries _ -> self ? m + 1 : i + 1;
                        case ScorePlan.Piling.Batches(int size) -> 1 + m / size;
                    };
                    if (calls != last) {
                        weights = weights(plan, l, eigenvalues, sides.training[l], calls);
                        last = calls;
                    }
                    double[] left = self ? sides.training[l][m] : sides.queries[l][i];
                    double[] right = sides.training[l][m];
                    double sum = 0;
                    for (int p = 0; p < right.length; p++) {
                        sum += left[p] * weights[p] * right[p];
                    }
                    scores[l][i * n + m] = sum;
                }
            }
        }
        return scores;
    }

    private double[] weights(ScorePlan plan, int l, double[][] eigenvalues, double[][] gradients, int calls) {
        double[] own = eigenvalues[l];
        if (plan.batches() > 0) {
            return summed(plan, gradients, calls);
        }
        double damping = calls * plan.damping().of(own, eigenvalues[training.first()]);
        double[] weights = new double[own.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weight(plan.operation(), own[i], damping + inside(plan.damping(), l, i, damping));
        }
        return weights;
    }

    private double inside(DampingChoice choice, int l, int index, double damping) {
        return choice.isInside()
                ? kfac.orElseThrow().inside(l, index, damping, choice.kind() == DampingChoice.Kind.INSIDE_BY_TRACES)
                : 0;
    }

    private static double weight(ScorePlan.Operation operation, double eigenvalue, double damping) {
        return switch (operation) {
            case DIVIDE -> eigenvalue + damping == 0 ? 0 : 1 / (eigenvalue + damping);
            case MULTIPLY_DAMPED -> eigenvalue + damping;
            case MULTIPLY -> eigenvalue;
        };
    }

    /** {@code Σ_b 1/(Λ_b + λ_b)} over batches of the training gradients. */
    private double[] summed(ScorePlan plan, double[][] gradients, int calls) {
        int n = gradients.length;
        int size = plan.batches();
        double[] weights = new double[gradients[0].length];
        for (int begin = 0; begin < n; begin += size) {
            int end = Math.min(n, begin + size);
            double[] own = new double[weights.length];
            for (int m = begin; m < end; m++) {
                for (int i = 0; i < own.length; i++) {
                    own[i] += gradients[m][i] * gradients[m][i] / (end - begin);
                }
            }
            double damping = calls * plan.damping().of(own, own);
            for (int i = 0; i < own.length; i++) {
                weights[i] += weight(plan.operation(), own[i], damping);
            }
        }
        return weights;
    }

    private Optional<Sides> turned(GradientPlan plan) {
        boolean changes = plan.arrangement() == Arrangement.RIGHT
                || training.layers().stream().anyMatch(plan.arrangement()::changes);
        if (!changes) {
            return Optional.empty();
        }
        return training.rows(plan.variant()).map(rows -> new Sides(
                turned(plan, training, rows, plan.normalized() != Side.NEITHER, plan.mean() != Side.NEITHER),
                self ? new double[0][][] : turned(plan, queries, queries.rows(), plan.normalized() == Side.BOTH,
                        plan.mean() == Side.BOTH)));
    }

    private double[][][] turned(
            GradientPlan plan, Evidence evidence, Rows[][] rows, boolean normalized, boolean mean) {
        int n = evidence.sequences();
        double[][][] turned = new double[rows.length][n][];
        for (int m = 0; m < n; m++) {
            double squares = 0;
            for (int l = 0; l < rows.length; l++) {
                Rows row = rows[l][m];
                double[] gradient = row.gradient(
                        Evidence.TRAINING, plan.lastUse() ? row.positions() / 2 : 0, row.positions());
                for (double x : gradient) {
                    squares += x * x;
                }
                turned[l][m] = bases.get(l).rotate(
                        plan.arrangement().of(evidence.layers().get(l), gradient), plan.transposed());
            }
            double scale = (mean ? 1.0 / evidence.lossPositions(m) : 1)
                    * (normalized && squares > 0 ? 1 / Math.sqrt(squares) : 1);
            for (double[][] layer : turned) {
                for (int i = 0; i < layer[m].length; i++) {
                    layer[m][i] *= scale;
                }
            }
        }
        return turned;
    }
}
