package org.plumbline.verification.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.linalg.Vectors;
import org.plumbline.solve.Certificate;
import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Interval;
import org.plumbline.verification.statistics.MeanInterval;

/** Holds products and scores of estimators against the exact ones, on the same queries and sequences. */
final class Comparison {
    private static final double CONFIDENCE = 0.95;
    private static final int TOP = 10;

    private final double[][] exactProducts;
    private final InfluenceScores exactScores;
    private final double[][] trainingGradients;

    Comparison(double[][] exactProducts, double[][] trainingGradients) {
        this.exactProducts = exactProducts;
        this.exactScores = InfluenceScores.of(exactProducts, trainingGradients);
        this.trainingGradients = trainingGradients;
    }

    InfluenceScores exactScores() {
        return exactScores;
    }

    /**
     * The row of an estimator.
     *
     * @param certificates one for each query, or none
     */
    EstimatorReport row(
            String name, String system, double[][] products, String note, List<Certificate> certificates) {
        int queries = products.length;
        double[] error = new double[queries];
        double[] cosine = new double[queries];
        for (int q = 0; q < queries; q++) {
            error[q] = Agreement.relativeError(products[q], exactProducts[q]);
            cosine[q] = Agreement.cosine(products[q], exactProducts[q]);
        }
        return row(name, system, mean(error), mean(cosine), InfluenceScores.of(products, trainingGradients), note,
                certificates);
    }

    /** The row of an estimator that has scores and no products. */
    EstimatorReport row(String name, String system, double[][] raw) {
        return row(name, system, Double.NaN, Double.NaN, new InfluenceScores(raw, trainingGradients.length), "",
                List.of());
    }

    private EstimatorReport row(
            String name, String system, double error, double cosine, InfluenceScores scores, String note,
            List<Certificate> certificates) {
        int queries = scores.raw().length;
        double[] pearson = new double[queries];
        double[] spearman = new double[queries];
        double[] overlap = new double[queries];
        for (int q = 0; q < queries; q++) {
            pearson[q] = Agreement.pearson(scores.raw()[q], exactScores.raw()[q]);
            spearman[q] = Agreement.spearman(scores.raw()[q], exactScores.raw()[q]);
            overlap[q] = Agreement.overlap(scores.mostPositive(q, TOP), exactScores.mostPositive(q, TOP));
        }
        return new EstimatorReport(name, system, error, cosine, correlation(pearson), correlation(spearman),
                mean(overlap), note, certificates.isEmpty() ? null : certified(scores, certificates));
    }

    private static Interval correlation(double[] values) {
        return MeanInterval.of(values, CONFIDENCE).within(-1, 1);
    }

    private CertificateReport certified(InfluenceScores scores, List<Certificate> certificates) {
        int queries = certificates.size();
        double[] residual = new double[queries];
        double[] bound = new double[queries];
        double[] error = new double[queries];
        double[] certain = new double[queries];
        List<Double> ratios = new ArrayList<>();
        double largestBound = 0;
        double largestShare = 0;
        double refinedBound = 0;
        for (int q = 0; q < queries; q++) {
            Certificate certificate = certificates.get(q);
            double[] own = scores.raw()[q];
            double[] bounds = new double[own.length];
            double[] errors = new double[own.length];
            double[] refined = new double[own.length];
            double[] refinedBounds = new double[own.length];
            for (int m = 0; m < own.length; m++) {
                double[] g = trainingGradients[m];
                bounds[m] = certificate.errorBound(g);
                errors[m] = Math.abs(own[m] - exactScores.raw()[q][m]);
                refined[m] = -certificate.refinedScore(g);
                refinedBounds[m] = certificate.refinedErrorBound(g);
                if (errors[m] > 0) {
                    largestShare = Math.max(largestShare, errors[m] / bounds[m]);
                    ratios.add(bounds[m] / errors[m]);
                }
            }
            double scale = rootMeanSquare(own);
            residual[q] = certificate.relativeResidual();
            bound[q] = mean(bounds) / scale;
            largestBound = Math.max(largestBound, largest(bounds) / scale);
            error[q] = mean(errors) / scale;
            refinedBound = Math.max(refinedBound, largest(refinedBounds) / rootMeanSquare(refined));
            certain[q] = RankIntervals.of(refined, refinedBounds).certain(TOP);
        }
        return new CertificateReport(mean(residual),
                certificates.stream().mapToInt(Certificate::products).max().orElseThrow(), mean(bound), largestBound,
                mean(error), median(ratios), largestShare, refinedBound, mean(certain));
    }

    private static double rootMeanSquare(double[] values) {
        return Vectors.norm(values) / Math.sqrt(values.length);
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length == 0 ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
