package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/** Ranks of query gradients, and what keeping a part of them costs. */
class LowRankLawsTest {

    /** Singular values of a layer's matrix, descending. */
    private static double[] singularValues(double[] flat, TrackedLayer layer) {
        Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(layer.outputs(), layer.columns());
        for (int i = 0; i < layer.outputs(); i++) {
            matrix.setRow(i, Arrays.copyOfRange(flat, i * layer.columns(), (i + 1) * layer.columns()));
        }
        return new SingularValueDecomposition(matrix).getSingularValues();
    }

    /** The rank that a layer's gradient cannot exceed: a sum of one outer product for each position that takes part. */
    private static int bound(Setting setting, TrackedLayer layer, Example example) {
        if (!Modules.mixes(setting, layer)) {
            return example.lossPositions();
        }
        double[] fed = example.reals(Example.FED);
        double[] weights = example.reals(Example.WEIGHTS);
        int count = 0;
        int upToLastLoss = 0;
        for (int t = 0; t < fed.length; t++) {
            count += fed[t] != 0 ? 1 : 0;
            upToLastLoss = weights[t] != 0 ? count : upToLastLoss;
        }
        return upToLastLoss;
    }

    /** The completion's last token bears no loss, so that positions after the last loss are fed too. */
    private static Example cutShort(Example example) {
        double[] weights = example.reals(Example.WEIGHTS);
        int last = weights.length - 1;
        while (weights[last] == 0) {
            last--;
        }
        weights[last] = 0;
        return Arrays.stream(weights).allMatch(weight -> weight == 0) ? example : example.withWeights(weights);
    }

    @Property(tries = 20)
    @Tag("law-53")
    void gradientsHaveTheRankOfTheirPositions(@ForAll(supplier = Transformers.Mixing.class) Setting drawn) {
        Setting setting = drawn.on(drawn.examples().stream().map(LowRankLawsTest::cutShort).toList());
        for (int m = 0; m < setting.examples().size(); m++) {
            for (int i = 0; i < setting.layers().size(); i++) {
                TrackedLayer layer = setting.layers().get(i);
                double[] values = singularValues(setting.part(setting.gradients()[m], i), layer);
                int rank = bound(setting, layer, setting.examples().get(m));
                for (int k = rank; k < values.length; k++) {
                    double left = values[k];
                    assertTrue(left <= Rounding.SAME * values[0],
                            () -> "the gradient of " + layer.name() + " has a rank above " + rank + ": " + left);
                }
            }
        }
    }

    /**
     * The gradient of one position has rank one. Division by {@code Λ + λ} is elementwise in the eigenbasis and leaves
     * a matrix of higher rank: the second singular value is no rounding.
     */
    @Property(tries = 20)
    @Tag("law-53")
    void preconditioningRaisesTheRank(@ForAll(supplier = Transformers.Mixing.class) Setting setting) {
        Example first = setting.examples().getFirst();
        double[] weights = new double[first.length()];
        double[] fed = first.reals(Example.FED);
        int start = 0;
        while (fed[start] == 0) {
            start++;
        }
        weights[start] = 1;
        double[] gradient = setting.on(List.of(first.withWeights(weights))).gradients()[0];
        FactorFit fit = new FactorFit(
                setting.objective(), setting.layers(), new FisherLabels.Expectation(), Setting.COMPUTE);
        KroneckerCurvature ekfac = KroneckerCurvature.ekfac(fit.factors(), fit);
        Damping damping = Damping.relative(ekfac.space(), DampedSystem.FACTOR, ekfac.diagonal());
        double[] preconditioned = ClosedFormInverse.of(ekfac, damping).apply(gradient);
        int raised = 0;
        for (int i = 0; i < setting.layers().size(); i++) {
            TrackedLayer layer = setting.layers().get(i);
            double[] before = singularValues(setting.part(gradient, i), layer);
            double[] after = singularValues(setting.part(preconditioned, i), layer);
            assertWithin("second singular value of " + layer.name(), 0, before[1], Rounding.SAME * before[0]);
            raised += after[1] > 1e-6 * after[0] ? 1 : 0;
        }
        assertTrue(raised > 0, "EK-FAC leaves all ranks as they are");
    }

    /** {@code |tr((P − P_r)ᵀ G_m)| ≤ ‖P − P_r‖₂ ‖G_m‖_*}, and the first factor is {@code σ_(r+1)}. */
    @Property(tries = 15)
    @Tag("law-54")
    void scoresAtLowRankErrByNoMoreThanTheNextSingularValue(@ForAll(supplier = Models.Small.class) Setting setting) {
        QueryPass pass = new QueryPass(Scans.pipeline(setting, setting.layers()), Scans.ekfac(setting));
        Queries whole = pass.run(setting.examples(), 0, Aggregation.NONE);
        ScorePart exact = Scans.scan(setting, setting.layers(), whole, TokenScores.NONE);
        int most = setting.layers().stream()
                .mapToInt(layer -> Math.min(layer.outputs(), layer.columns()))
                .max().orElse(1);
        int count = setting.examples().size();
        for (int rank = 1; rank <= most; rank++) {
            Queries queries = pass.run(setting.examples(), rank, Aggregation.NONE);
            ScorePart found = Scans.scan(setting, setting.layers(), queries, TokenScores.NONE);
            for (int i = 0; i < setting.layers().size(); i++) {
                TrackedLayer layer = setting.layers().get(i);
                for (int q = 0; q < count; q++) {
                    double[] singular = singularValues(whole.layers().get(i).matrix(q), layer);
                    double next = rank < singular.length ? singular[rank] : 0;
                    // Of a Gram matrix, singular values below the root of the roundoff have no correct digits.
                    assertWithin("σ_(r+1)", next, queries.firstLeftOut()[q][i], 1e-7 * singular[0]);
                    for (int m = 0; m < count; m++) {
                        double nuclear = Arrays.stream(
                                singularValues(setting.part(setting.gradients()[m], i), layer)).sum();
                        assertWithin("score at rank " + rank, exact.layers()[i][m * count + q],
                                found.layers()[i][m * count + q], (next + Rounding.SAME * singular[0]) * nuclear);
                    }
                }
            }
        }
    }
}
