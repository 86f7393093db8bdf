package org.plumbline.train;

import java.util.List;

/**
 * Gradient descent with momentum (Polyak, 1964): {@code u ← μ u + g}, {@code θ ← θ − η_t u}. The learning rate stands
 * outside the momentum, so that a change of it takes effect at once.
 *
 * @param momentum {@code μ}, in {@code [0, 1)}; 0 is plain gradient descent
 */
public record Sgd(double momentum) implements Optimizer {

    public Sgd {
        TrainingException.require(momentum >= 0 && momentum < 1, "momentum", momentum, "a number in [0, 1)");
    }

    @Override
    public List<String> moments() {
        return List.of("velocity");
    }

    /** One step on the elements {@code from} to {@code to} of one parameter, in place. */
    void update(double rate, double[] theta, double[] g, double[] u, int from, int to) {
        for (int i = from; i < to; i++) {
            u[i] = momentum * u[i] + g[i];
            theta[i] -= rate * u[i];
        }
    }
}
