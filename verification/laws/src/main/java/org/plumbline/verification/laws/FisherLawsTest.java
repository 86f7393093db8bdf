package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;

/** The Fisher matrix as a second moment of gradients at labels that the model draws, and the Gauss–Newton matrix. */
class FisherLawsTest extends SubjectLaws {

    private static double[] gaussNewton(Setting setting, List<Example> examples) {
        DenseCurvature g = DenseExactCurvature.gaussNewton(
                setting.objective().on(examples), setting.layers(), Setting.COMPUTE, _ -> {});
        return g.matrix();
    }

    private double[] fisher(Setting setting, Example example) {
        int n = setting.space().dimension();
        double[] fisher = new double[n * n];
        subject.pseudoGradients(setting, example)
                .forEach(weighted -> Dense.addOuter(fisher, weighted.probability(), weighted.gradient()));
        return fisher;
    }

    /** Sum loss, one sequence: {@code E[g gᵀ] = G_m = Σ_t Σ_c p_tc g_tc g_tcᵀ}, the first over all label strings. */
    @Property(tries = 30)
    @Tag("law-3")
    void expectedOuterProductIsGaussNewton(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        for (Example example : setting.examples()) {
            double[] g = gaussNewton(setting, List.of(example));
            assertClose("E[g gᵀ]", g, fisher(setting, example), Rounding.SAME);
            assertClose("Σ p g gᵀ", g, new LabelEnumeration(
                    setting.objective().on(List.of(example)), setting.layers()).fisher(), Rounding.SAME);
        }
    }

    /** The terms cancel, so the bound is relative to {@code E‖g‖}. */
    @Property(tries = 30)
    @Tag("law-4")
    void expectedPseudoGradientVanishes(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        for (Example example : setting.examples()) {
            double[] mean = new double[setting.space().dimension()];
            double scale = 0;
            for (Subject.Weighted weighted : subject.pseudoGradients(setting, example)) {
                Vectors.axpy(weighted.probability(), weighted.gradient(), mean);
                scale += weighted.probability() * Vectors.norm(weighted.gradient());
            }
            assertWithin("E[g]", new double[mean.length], mean, Rounding.SAME * scale);
        }
    }

    /**
     * A tied embedding is used twice in a forward pass, and its gradient is the sum of both uses before anything is
     * squared: {@code E[g²]} is the diagonal of its own block.
     */
    @Property(tries = 20)
    @Tag("law-3")
    void usesOfATiedParameterAreSummedBeforeTheyAreSquared(
            @ForAll(supplier = Transformers.Tied.class) Setting setting) {
        String embedding = setting.model().outputLayer().orElseThrow().weight();
        BlockSpace space = new BlockSpace(List.of(ParameterBlock.of(setting.model().space(), embedding)));
        ExactCurvature exact = ExactCurvature.gaussNewton(setting.objective(), space, Setting.COMPUTE);
        assertClose("E[g²] of the embedding", DenseCurvature.of(exact, Setting.COMPUTE).diagonal(),
                subject.secondMoments(setting, space), Rounding.SAME);
    }

    /** The loss as a mean over {@code T} loss positions has Fisher {@code 1/T} times its Gauss–Newton matrix. */
    @Property(tries = 30)
    @Tag("law-5")
    void meanLossHasASmallerFisher(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        for (Example example : setting.examples()) {
            double share = 1.0 / example.lossPositions();
            Example mean = LabelStrings.scaled(example, share);
            assertClose("Fisher of the mean loss", Dense.times(share, gaussNewton(setting, List.of(mean))),
                    fisher(setting, mean), Rounding.SAME);
        }
    }

    /**
     * {@code diag(p) − ppᵀ = Σ_c s_c s_cᵀ} pushed back to the parameters, and sums with independent signs estimate it
     * without bias.
     *
     * <p>With {@code u_k} the columns pushed back, one draw is {@code (Σ σ_k u_k)²} elementwise; its deviation from
     * {@code Σ u_k²} is {@code 2 Σ_(k<l) σ_k σ_l u_k u_l}, of variance {@code 4 Σ_(k<l) u_k² u_l² ≤ 2 (Σ u_k²)²}. The
     * mean of {@code K} draws over {@code N} sequences with diagonals {@code D_m} thus errs by less than
     * {@code √(2 Σ_m ‖D_m‖² / (N² K))} in root mean square; six times that is allowed, a chance below {@code 10⁻⁸}.
     */
    @Property(tries = 30)
    @Tag("law-10")
    void independentSignsAreUnbiased(@ForAll(supplier = Models.Small.class) Setting setting) {
        int draws = 1024;
        int n = setting.space().dimension();
        int sequences = setting.examples().size();
        double[] exact = new double[n];
        double[][] perSequence = new double[sequences][n];
        for (LabelEnumeration.Term term : setting.enumeration().terms()) {
            double[] column = setting.enumeration().sequenceGradient(term);
            for (int i = 0; i < n; i++) {
                perSequence[term.example()][i] += column[i] * column[i];
                exact[i] += column[i] * column[i] / sequences;
            }
        }
        double squares = 0;
        for (double[] diagonal : perSequence) {
            squares += Vectors.dot(diagonal, diagonal);
        }
        double deviation = Math.sqrt(2 * squares / ((double) sequences * sequences * draws));
        double[] estimate = subject.signedDiagonal(
                setting.objective(), setting.layers(), setting.random("signs").nextLong(), draws);
        assertWithin("diagonal of the Fisher matrix from random signs", exact, estimate, 6 * deviation);
        assertClose("diagonal of the Gauss–Newton matrix", exact, setting.gaussNewton().diagonal(), Rounding.SAME);
    }

    /** {@code G} has no use for the labels: not one bit changes with them. */
    @Property(tries = 30)
    @Tag("law-6")
    void gaussNewtonIgnoresLabels(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        double[] v = setting.vector("v", setting.space().dimension());
        List<Example> others = setting.examples().stream()
                .map(example -> {
                    List<LabelStrings.Weighted> strings = LabelStrings.of(setting, example);
                    return strings.get(setting.random("labels").nextInt(strings.size())).example();
                })
                .toList();
        assertWithin("G v at other labels",
                ExactCurvature.gaussNewton(setting.objective(), setting.space(), Setting.COMPUTE).apply(v),
                ExactCurvature.gaussNewton(setting.objective().on(others), setting.space(), Setting.COMPUTE).apply(v),
                0);
    }
}
