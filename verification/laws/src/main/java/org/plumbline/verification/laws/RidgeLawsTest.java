package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/**
 * Ridge regression {@code min ½ Σ_m ‖y_m − W̄ā_m‖² + ½ Nλ ‖W̄‖²}, where first-order influence is one factor away from
 * the exact effect of a sequence: by the Sherman–Morrison formula, with {@code h_j = ā_jᵀ(Σ ā āᵀ + Nλ)⁻¹ā_j}, removing
 * one changes a linear {@code f} by {@code −(raw/N)/(1 − h_j)} and adding a copy by {@code (raw/N)/(1 + h_j)}.
 */
class RidgeLawsTest extends SubjectLaws {

    /** Each row of the drawn data as a sequence. */
    private static List<Example> rows(Setting setting, TrackedLayer layer) {
        List<Example> rows = new ArrayList<>();
        for (Example example : setting.examples()) {
            double[] features = example.reals(Example.FEATURES);
            double[] targets = example.reals(Example.TARGETS);
            for (int t = 0; t < example.length(); t++) {
                rows.add(Example.ofTargets(1,
                        Arrays.copyOfRange(features, t * layer.inputs(), (t + 1) * layer.inputs()),
                        Arrays.copyOfRange(targets, t * layer.outputs(), (t + 1) * layer.outputs())));
            }
        }
        return rows;
    }

    /** {@code ā} of a sequence of one row. */
    private static double[] extended(Example row, TrackedLayer layer) {
        double[] extended = Arrays.copyOf(row.reals(Example.FEATURES), layer.columns());
        if (layer.bias().isPresent()) {
            extended[layer.inputs()] = 1;
        }
        return extended;
    }

    /** {@code Σ count · ā āᵀ + ridge}. */
    private static CholeskySolver normal(List<Example> rows, double[] counts, TrackedLayer layer, double ridge) {
        double[] matrix = new double[layer.columns() * layer.columns()];
        for (int m = 0; m < counts.length; m++) {
            Dense.addOuter(matrix, counts[m], extended(rows.get(m), layer));
        }
        return CholeskySolver.of(Dense.damped(matrix, ridge), layer.columns());
    }

    /** {@code W̄}, flat, with sequence {@code m} counted {@code counts[m]} times. */
    private static double[] fit(List<Example> rows, double[] counts, TrackedLayer layer, double ridge) {
        CholeskySolver normal = normal(rows, counts, layer, ridge);
        double[] flat = new double[layer.size()];
        for (int o = 0; o < layer.outputs(); o++) {
            double[] right = new double[layer.columns()];
            for (int m = 0; m < counts.length; m++) {
                Vectors.axpy(counts[m] * rows.get(m).reals(Example.TARGETS)[o], extended(rows.get(m), layer), right);
            }
            System.arraycopy(normal.solve(right), 0, flat, o * layer.columns(), layer.columns());
        }
        return flat;
    }

    @Property(tries = 30)
    @Tag("law-47")
    void influenceIsOneFactorFromLeavingOneOut(
            @ForAll(supplier = Perceptrons.LinearRegressions.class) Setting setting) {
        TrackedLayer layer = setting.layers().getFirst();
        List<Example> rows = rows(setting, layer);
        int n = rows.size();
        double lambda = 0.05 + setting.random("ridge").nextDouble();
        double[] once = IntStream.range(0, n).mapToDouble(_ -> 1).toArray();
        double[] theta = fit(rows, once, layer, n * lambda);
        BlockSpace space = setting.space();
        Map<String, double[]> values = new LinkedHashMap<>(space.unflatten(theta));
        Objective objective =
                new Objective(setting.model(), Parameters.ofDoubles(setting.model().space(), values), rows);

        // In linear regression EK-FAC is the Gauss–Newton matrix itself.
        KroneckerCurvature curvature = subject.ekfac(objective, setting.layers());
        double[] f = setting.vector("f", space.dimension());
        double[][] gradients = subject.gradients(objective, setting.layers(), rows);
        double[][] raw = subject.influences(
                curvature, Damping.absolute(space, lambda), new double[][] {f}, gradients);
        double[] perCopy = subject.perCopy(raw, n)[0];

        CholeskySolver normal = normal(rows, once, layer, n * lambda);
        double largest = 1 + Arrays.stream(curvature.diagonal()).max().orElseThrow();
        double scale = Vectors.norm(f)
                        * Arrays.stream(gradients).mapToDouble(Vectors::norm).max().orElseThrow() / lambda
                + Vectors.norm(f) * Vectors.norm(theta);
        double bound = Rounding.solved(largest, lambda) * scale;
        for (int j = 0; j < n; j++) {
            double[] extended = extended(rows.get(j), layer);
            double leverage = Vectors.dot(extended, normal.solve(extended));
            double[] counts = once.clone();
            counts[j] = 0;
            double removed = Vectors.dot(f, fit(rows, counts, layer, n * lambda)) - Vectors.dot(f, theta);
            counts[j] = 2;
            double added = Vectors.dot(f, fit(rows, counts, layer, n * lambda)) - Vectors.dot(f, theta);
            assertWithin("effect of leaving one out", removed, -perCopy[j] / (1 - leverage), bound / (1 - leverage));
            assertWithin("effect of adding a copy", added, perCopy[j] / (1 + leverage), bound);
        }
    }
}
