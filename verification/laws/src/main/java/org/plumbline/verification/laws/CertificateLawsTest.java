package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.Certificate;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.Refinement;

/** What is certified of scores, with the gradients and the Gauss–Newton matrix of a model. */
class CertificateLawsTest {

    /**
     * EK-FAC's scores and those refined from them, by the dense matrix and by products over the data: none is further
     * off than its bound, and no rank is outside its interval. What rounding leaves open is {@link Rounding#SAME} of
     * the largest score that the norms allow, for the reference is a dense solve in double precision.
     */
    @Property(tries = 20)
    @Tag("law-60")
    void noScoreIsFurtherOffThanItsBound(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = Subject.library().ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), 0.1, ekfac.diagonal());
        if (!(damping.smallest() > 0)) {
            return;
        }
        ClosedFormInverse inverse = ClosedFormInverse.of(ekfac, damping);
        int n = setting.space().dimension();
        double[][] v = {setting.vector("first", n), setting.vector("second", n)};
        double[][] exact = DenseInverse.of(setting.gaussNewton(), damping).applyAll(v);
        double[][] estimates = inverse.applyAll(v);
        double[][] g = setting.gradients();
        Curvature products = ExactCurvature.gaussNewton(setting.objective(), setting.space(), Setting.COMPUTE);
        for (Curvature curvature : List.of(setting.gaussNewton(), products)) {
            for (int passes : new int[] {0, 1, 4, 12}) {
                Refinement refinement = Refinement.of(curvature, damping, v, estimates, Optional.of(inverse));
                for (int pass = 0; pass < passes; pass++) {
                    refinement.advance();
                }
                List<Certificate> certificates = refinement.certificates();
                for (int q = 0; q < v.length; q++) {
                    assertBounded(certificates.get(q), g, estimates[q], exact[q]);
                }
            }
        }
    }

    private static void assertBounded(Certificate certificate, double[][] g, double[] estimate, double[] exact) {
        double[] refined = new double[g.length];
        double[] bounds = new double[g.length];
        double[] scores = new double[g.length];
        for (int m = 0; m < g.length; m++) {
            double slack = Rounding.SAME * Vectors.norm(g[m]) * Vectors.norm(exact);
            scores[m] = Vectors.dot(g[m], exact);
            refined[m] = certificate.refinedScore(g[m]);
            bounds[m] = certificate.refinedErrorBound(g[m]) + slack;
            double error = Math.abs(Vectors.dot(g[m], estimate) - scores[m]);
            double bound = certificate.errorBound(g[m]) + slack;
            assertTrue(error <= bound, () -> "a score is off by " + error + ", bounded by " + bound);
            double ofRefined = Math.abs(refined[m] - scores[m]);
            double refinedBound = bounds[m];
            assertTrue(ofRefined <= refinedBound,
                    () -> "a refined score is off by " + ofRefined + ", bounded by " + refinedBound);
        }
        RankIntervals intervals = RankIntervals.of(refined, bounds);
        for (int m = 0; m < g.length; m++) {
            double score = scores[m];
            int rank = 1 + (int) Arrays.stream(scores).filter(other -> other > score).count();
            assertTrue(intervals.best()[m] <= rank && rank <= intervals.worst()[m], "a rank is outside its interval");
        }
    }
}
