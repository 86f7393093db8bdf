package org.plumbline.influence;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.influence.query.ExactQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.Certificate;
import org.plumbline.solve.Refinement;

/**
 * Refines queries until no score is off by more than was asked. The error of a score is at most
 * {@code √(gᵀD⁻¹g) ‖x − x_k‖_B}: the first factor is a scan of all sequences against themselves with the damping for a
 * curvature, once; the second is that of a {@link Certificate}. How large scores are, which the fraction is of, takes a
 * scan before the refinement and one after it.
 */
final class CertifiedScan {
    private static final double EPSILON = Math.ulp(1.0);
    /** Of the goal: the root mean square of the scores moves a little. */
    private static final double MARGIN = 0.9;
    private static final int ROUNDS = 3;

    private final Pipeline pipeline;
    private final Sequences candidates;
    private final ExactQueries exact;
    private final BlockSpace space;
    private final Damping damping;
    private final Function<String, PassListener> begin;

    CertifiedScan(
            Pipeline pipeline, Sequences candidates, ExactQueries exact, Function<String, PassListener> begin) {
        this.pipeline = pipeline;
        this.candidates = candidates;
        this.exact = exact;
        this.space = BlockSpace.ofLayers(pipeline.layers());
        this.damping = exact.damping();
        this.begin = begin;
    }

    /**
     * Certified scores.
     *
     * @param queries what they are scores of
     */
    record Result(CertifiedScores scores, Queries queries) {}

    Result run(SolveSettings settings, int training) {
        double fraction = settings.certify().orElseThrow();
        double[] norms = norms();
        double largest = Arrays.stream(norms).max().orElseThrow();
        double[][] estimates = exact.solve(settings, begin.apply("solve"));
        Refinement refinement = exact.refinement(estimates);
        double[][] raw = scan(estimates);
        List<Certificate> certificates = List.of();
        double[][] refined = estimates;
        boolean reached = false;
        for (int round = 0; round < ROUNDS && !reached; round++) {
            double[] goals = new double[raw.length];
            for (int q = 0; q < goals.length; q++) {
                goals[q] = MARGIN * fraction * rootMeanSquare(raw[q]) / largest;
            }
            PassListener told = begin.apply("certify");
            certificates = refinement.until((q, _) -> goals[q], settings.maximumProducts(),
                    (pass, _) -> told.merged(pass, settings.maximumProducts()));
            refined = certificates.stream().map(Certificate::refined).toArray(double[][]::new);
            raw = scan(refined);
            reached = true;
            for (int q = 0; q < goals.length; q++) {
                reached &= certificates.get(q).errorNorm() * largest <= fraction * rootMeanSquare(raw[q])
                        // Where a goal was missed, another round would miss it too.
                        || certificates.get(q).errorNorm() > goals[q];
            }
        }
        double[][] bounds = new double[raw.length][norms.length];
        for (int q = 0; q < raw.length; q++) {
            double rounding = scanRounding() * energyNorm(refined[q]);
            for (int m = 0; m < norms.length; m++) {
                bounds[q][m] = norms[m] == 0 ? 0 : norms[m] * (certificates.get(q).errorNorm() + rounding);
            }
        }
        return new Result(new CertifiedScores(raw, bounds, training,
                certificates.stream().mapToInt(Certificate::products).toArray()), exact.queries(refined));
    }

    /** {@code √(gᵀD⁻¹g)} of each sequence. */
    private double[] norms() {
        ClosedFormInverse ofDamping =
                new DiagonalCurvature(space, new double[space.dimension()]).inverse(damping);
        double[] norms = ScanPass.self(pipeline, ofDamping).totals(candidates, begin.apply("gradient norms"))[0];
        Arrays.setAll(norms, m -> Math.sqrt(norms[m]) * (1 + scanRounding()));
        return norms;
    }

    private double[][] scan(double[][] products) {
        return ScanPass.pairwise(pipeline, exact.queries(products), TokenScores.NONE)
                .totals(candidates, begin.apply("scan"));
    }

    /**
     * What a sum of as many products as there are parameters loses in working precision, relative to the norms of its
     * factors: {@code ε √P} on average (Higham and Mary, <em>A New Approach to Probabilistic Rounding Error
     * Analysis</em>, 2019), taken eight times.
     */
    private double scanRounding() {
        return 8 * EPSILON * Math.sqrt(space.dimension());
    }

    /** {@code √(xᵀDx)}. */
    private double energyNorm(double[] x) {
        double[] weighted = damping.diagonal(space);
        Arrays.setAll(weighted, i -> Math.sqrt(weighted[i]) * x[i]);
        return Vectors.norm(weighted);
    }

    private static double rootMeanSquare(double[] values) {
        return Vectors.norm(values) / Math.sqrt(values.length);
    }
}
