package org.plumbline.verification.truth;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.train.Evaluation;

/**
 * The proximal Bregman response of queries to training sequences, by minimization (Grosse et al., 2023, eq. 7–9): the
 * central difference {@code (f(θ(ε)) − f(θ(−ε))) / 2ε}, {@code θ(ε)} the minimum of {@link ProximalBregmanObjective}
 * found from {@code θs}. For models of some thousand parameters, of which {@link ProximalBregmanResponse} would form
 * and factorize a Hessian at every step: here the search is quasi-Newton, with one factorization of {@code G + D} for
 * all.
 *
 * <p>As {@code ε → 0} it tends to {@code −∇fᵀ(G + D)⁻¹∇L}, with an error of order {@code ε²}. At {@code ε = 1/N} one
 * copy is added or removed. Removing a whole copy rewards the sequence's loss, bounded by the damping alone: there may
 * be several minima, and the search finds the one it is led to. Adding one is free of that.
 */
public final class BregmanResponses {
    private static final QuasiNewton SEARCH = new QuasiNewton(1e-7, 120);

    private final Objective objective;
    private final BlockSpace space;
    private final InverseCurvature inverse;
    private final AttributionTask study;
    private final Compute compute;
    private final BatchedBregmanGradient bregman;
    private final Evaluation queries;

    /**
     * @param inverse {@code (G + D)⁻¹} at the same parameters, with which the search is preconditioned; an
     *     approximation makes it longer and changes no result
     */
    public BregmanResponses(
            AttributionTask study, Parameters parameters, Damping damping, InverseCurvature inverse, Compute compute) {
        this.study = study;
        this.objective = study.objective(parameters);
        this.space = inverse.space();
        this.inverse = inverse;
        this.compute = compute;
        this.bregman = new BatchedBregmanGradient(objective, space, damping, compute);
        this.queries = new Evaluation(
                study.model(), study.queries(), compute.engine(), Precision.DOUBLE, 1, compute.workers());
    }

    /**
     * Responses of all queries to several sequences.
     *
     * @param raw {@code [queries][sequences]}, central differences
     * @param added {@code (f(θ(ε)) − f(θs)) / ε}, the same one-sided
     * @param copies {@code εN}: how many copies of the sequence were added, and removed
     * @param addedGradientNorm {@code ‖∇Q‖} where the search ended over {@code ‖∇Q‖ = ε‖∇L‖} where it began, for each
     *     sequence when added
     * @param removedGradientNorm the same for each when removed
     * @param gradients number of gradients of {@code Q} for each sequence, both sides
     */
    public record Measured(
            double[][] raw, double[][] added, double copies, double[] addedGradientNorm, double[] removedGradientNorm,
            int[] gradients) {}

    /**
     * Responses to training sequences.
     *
     * @param sequences indices of training sequences
     * @param copies {@code εN > 0}
     * @param progress told after each of the {@code 2 · sequences} searches; calls are not synchronized
     */
    public Measured to(int[] sequences, double copies, IntConsumer progress) {
        double epsilon = copies / objective.examples().size();
        Side[] sides = new Side[2 * sequences.length];
        compute.workers().forEach(sides.length, i -> {
            Example sequence = objective.examples().get(sequences[i / 2]);
            sides[i] = search(sequence, i % 2 == 0 ? epsilon : -epsilon);
            progress.accept(i);
        });
        double[] before = new Retraining(study, compute).measure(objective.parameters());
        double[][] raw = new double[before.length][sequences.length];
        double[][] added = new double[before.length][sequences.length];
        double[] addedNorm = new double[sequences.length];
        double[] removedNorm = new double[sequences.length];
        int[] gradients = new int[sequences.length];
        for (int m = 0; m < sequences.length; m++) {
            Side up = sides[2 * m];
            Side down = sides[2 * m + 1];
            for (int q = 0; q < raw.length; q++) {
                raw[q][m] = (up.measurements()[q] - down.measurements()[q]) / (2 * epsilon);
                added[q][m] = (up.measurements()[q] - before[q]) / epsilon;
            }
            addedNorm[m] = up.relativeNorm();
            removedNorm[m] = down.relativeNorm();
            gradients[m] = up.gradients() + down.gradients();
        }
        return new Measured(raw, added, copies, addedNorm, removedNorm, gradients);
    }

    private record Side(double[] measurements, double relativeNorm, int gradients) {}

    private Side search(Example sequence, double epsilon) {
        ShiftedParameters point = new ShiftedParameters(objective.parameters(), space);
        QuasiNewton.Minimum minimum = SEARCH.minimize(
                space.dimension(), delta -> bregman.at(point, delta, sequence, epsilon), inverse::apply);
        point.moveTo(minimum.x());
        double[] losses = queries.losses(point.parameters());
        double relative = minimum.initialNorm() == 0 ? 0 : minimum.gradientNorm() / minimum.initialNorm();
        return new Side(Arrays.stream(losses).map(loss -> -loss).toArray(), relative, minimum.gradients());
    }
}
