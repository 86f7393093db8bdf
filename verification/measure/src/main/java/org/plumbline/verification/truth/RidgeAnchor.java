package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;

/**
 * Leaving one out of a ridge regression, where everything is known in closed form: the anchor of all other
 * measurements.
 *
 * <p>{@code θ = argmin ½Σ_m (y_m − x_mᵀθ)² + ½ Nλ ‖θ‖²}, and {@code f = xᵀθ} is linear in {@code θ}. With
 * {@code h_j = x_jᵀ(XᵀX + Nλ)⁻¹x_j}, the ridge held at {@code Nλ}, removing row {@code j} changes {@code f} by exactly
 * {@code −(raw/N)/(1 − h_j)} and adding a copy by {@code (raw/N)/(1 + h_j)} (Cook and Weisberg, <em>Residuals and
 * Influence in Regression</em>, 1982, §2.2, by the Sherman–Morrison formula). {@code raw} is computed by this library's
 * gradients, exact Gauss–Newton matrix and dense solver; the refitted models by normal equations alone.
 *
 * @param rows number of training rows
 * @param removal largest error of the removal formula over all rows and queries, relative to the largest effect
 * @param addition the same of the addition formula
 * @param uncorrected what the error would be without the factor {@code 1/(1 − h_j)}: what first order leaves out
 * @param largestLeverage {@code max h_j}
 */
public record RidgeAnchor(int rows, double removal, double addition, double uncorrected, double largestLeverage) {

    /**
     * Measures the anchor on a table.
     *
     * @param features {@code [rows][columns]}
     * @param targets one a row
     * @param queries {@code [queries][columns]}, whose predictions are {@code f}
     * @param lambda {@code λ > 0}
     */
    public static RidgeAnchor measure(
            double[][] features, double[] targets, double[][] queries, double lambda, Compute compute) {
        int n = features.length;
        int d = features[0].length;
        double[] theta = fit(features, targets, n * lambda, -1, 0);
        Mlp model = new Mlp(List.of(d, 1), Optional.empty(), false, Likelihood.GAUSSIAN);
        List<Example> examples = new ArrayList<>();
        for (int j = 0; j < n; j++) {
            examples.add(Example.ofTargets(1, features[j], new double[] {targets[j]}));
        }
        String weight = model.layers().getFirst().weight();
        Objective objective =
                new Objective(model, Parameters.ofDoubles(model.space(), Map.of(weight, theta)), examples);
        BlockSpace space = BlockSpace.ofLayers(model.layers());
        DenseInverse inverse = DenseInverse.of(
                DenseCurvature.of(ExactCurvature.gaussNewton(objective, space, compute), compute),
                Damping.absolute(space, lambda));
        double[][] gradients = new Gradients(objective, space, compute).ofObjective();
        double[][] preconditioned = inverse.applyAll(queries);
        double largest = 0;
        double removal = 0;
        double addition = 0;
        double uncorrected = 0;
        double leverage = 0;
        for (int j = 0; j < n; j++) {
            double h = Vectors.dot(features[j], inverse.apply(features[j])) / n;
            double[] removed = difference(fit(features, targets, n * lambda, j, -1), theta);
            double[] added = difference(fit(features, targets, n * lambda, j, 1), theta);
            leverage = Math.max(leverage, h);
            for (int q = 0; q < queries.length; q++) {
                double perCopy = -Vectors.dot(preconditioned[q], gradients[j]) / n;
                double effect = Vectors.dot(queries[q], removed);
                largest = Math.max(largest, Math.abs(effect));
                removal = Math.max(removal, Math.abs(effect + perCopy / (1 - h)));
                uncorrected = Math.max(uncorrected, Math.abs(effect + perCopy));
                addition = Math.max(addition, Math.abs(Vectors.dot(queries[q], added) - perCopy / (1 + h)));
            }
        }
        return new RidgeAnchor(n, removal / largest, addition / largest, uncorrected / largest, leverage);
    }

    /** The ridge solution with row {@code j} counted {@code 1 + change} times. */
    private static double[] fit(double[][] features, double[] targets, double ridge, int j, int change) {
        int d = features[0].length;
        double[] normal = new double[d * d];
        double[] right = new double[d];
        for (int i = 0; i < features.length; i++) {
            double count = i == j ? 1 + change : 1;
            for (int a = 0; a < d; a++) {
                right[a] += count * features[i][a] * targets[i];
                for (int b = 0; b < d; b++) {
                    normal[a * d + b] += count * features[i][a] * features[i][b];
                }
            }
        }
        for (int a = 0; a < d; a++) {
            normal[a * d + a] += ridge;
        }
        return CholeskySolver.of(normal, d).solve(right);
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        Vectors.axpy(-1, b, difference);
        return difference;
    }
}
