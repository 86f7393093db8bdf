package org.plumbline.train;

import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, <em>Decoupled Weight Decay Regularization</em>, 2019,
 * algorithm 2). At step {@code t = 1, 2, …} with gradient {@code g} and learning rate {@code η_t}:
 *
 * <pre>
 * m ← β₁ m + (1 − β₁) g                 m̂ = m / (1 − β₁ᵗ)
 * v ← β₂ v + (1 − β₂) g²                v̂ = v / (1 − β₂ᵗ)
 * θ ← θ − η_t (m̂ / (√v̂ + ε) + λ θ)
 * </pre>
 *
 * <p>The decay is multiplied by the learning rate itself (the paper multiplies it by the schedule, a learning rate over
 * its peak), and applies to parameters of two axes or more: biases and LayerNorm gains do not decay.
 *
 * @param beta1 {@code β₁}, in {@code [0, 1)}
 * @param beta2 {@code β₂}, in {@code [0, 1)}
 * @param epsilon {@code ε}, positive: added after the root and after the bias correction
 * @param weightDecay {@code λ}, not negative
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {

    public AdamW {
        TrainingException.require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "a number in [0, 1)");
        TrainingException.require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "a number in [0, 1)");
        TrainingException.require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "a positive number");
        TrainingException.require(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "weight decay", weightDecay, "a number of at least 0");
    }

    /** {@code β₁ = 0.9}, {@code β₂ = 0.999}, {@code ε = 1e-8}: the constants of the paper. */
    public static AdamW withDecay(double weightDecay) {
        return new AdamW(0.9, 0.999, 1e-8, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("mean", "square");
    }

    /** One step on the elements {@code from} to {@code to} of one parameter, in place. */
    void update(long step, double rate, boolean decays, double[] theta, double[] g, double[] m, double[] v,
            int from, int to) {
        // StrictMath: the same bits on every machine.
        double meanCorrection = 1 - StrictMath.pow(beta1, step);
        double squareCorrection = 1 - StrictMath.pow(beta2, step);
        double decay = decays ? weightDecay : 0;
        for (int i = from; i < to; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            double adapted = (m[i] / meanCorrection) / (Math.sqrt(v[i] / squareCorrection) + epsilon);
            theta[i] -= rate * (adapted + decay * theta[i]);
        }
    }
}
