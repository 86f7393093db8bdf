package org.plumbline.verification.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.Certificate;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.Refinement;

/**
 * Certifies the scores of any estimator of a run: {@link Refinement} from its own products, preconditioned by EK-FAC,
 * until what is not known of its error is at most half of what is, in root mean square over the sequences.
 */
final class Certification {
    /** Passes at most: with the products that certify, fewer than 128 for a query. */
    private static final int PASSES = 120;

    private static final double UNKNOWN = 0.5;

    private final DenseCurvature gaussNewton;
    private final Damping damping;
    private final double[][] queryGradients;
    private final double[][] trainingGradients;
    private final InverseCurvature preconditioner;
    private final double largestNorm;
    private final double meanNorm;

    Certification(
            DenseCurvature gaussNewton, Damping damping, double[][] queryGradients, double[][] trainingGradients) {
        this.gaussNewton = gaussNewton;
        this.damping = damping;
        this.queryGradients = queryGradients;
        this.trainingGradients = trainingGradients;
        this.preconditioner = ClosedFormInverse.of(
                KroneckerCurvature.ekfac(DenseFactors.partialTraces(gaussNewton), gaussNewton), damping);
        double[] norms = Arrays.stream(trainingGradients)
                .mapToDouble(g -> Certificate.gradientNorm(gaussNewton.space(), damping, g))
                .toArray();
        this.largestNorm = Arrays.stream(norms).max().orElseThrow();
        this.meanNorm = rootMeanSquare(norms);
    }

    /**
     * Certificates, one for each query.
     *
     * @param estimates of the products, one for each query
     * @param fraction of the root mean square of a query's scores that no refined score is to be off by more than
     */
    List<Certificate> of(double[][] estimates, double fraction) {
        Refinement refinement = Refinement.of(
                gaussNewton, damping, queryGradients, estimates, Optional.of(preconditioner));
        return refinement.until((query, refined) -> {
            double[] change = refined.clone();
            Vectors.axpy(-1, estimates[query], change);
            return Math.min(UNKNOWN * rootMeanSquareScore(change) / meanNorm,
                    fraction * rootMeanSquareScore(refined) / largestNorm);
        }, PASSES, IterationListener.NONE);
    }

    private double rootMeanSquareScore(double[] x) {
        return rootMeanSquare(Arrays.stream(trainingGradients).mapToDouble(g -> Vectors.dot(g, x)).toArray());
    }

    private static double rootMeanSquare(double[] values) {
        return Vectors.norm(values) / Math.sqrt(values.length);
    }
}
