package org.plumbline.verification.verify;

import org.plumbline.influence.InfluenceScores;
import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Bootstrap;

/** Holds products and scores of estimators against the exact ones, on the same queries and sequences. */
final class Comparison {
    private static final double CONFIDENCE = 0.95;
    private static final int TOP = 10;

    private final double[][] exactProducts;
    private final InfluenceScores exactScores;
    private final double[][] trainingGradients;
    private final long seed;

    Comparison(double[][] exactProducts, double[][] trainingGradients, long seed) {
        this.exactProducts = exactProducts;
        this.exactScores = InfluenceScores.of(exactProducts, trainingGradients);
        this.trainingGradients = trainingGradients;
        this.seed = seed;
    }

    InfluenceScores exactScores() {
        return exactScores;
    }

    /** The row of an estimator. */
    EstimatorReport row(String name, String system, double[][] products, String note) {
        InfluenceScores scores = InfluenceScores.of(products, trainingGradients);
        int queries = products.length;
        double[] error = new double[queries];
        double[] cosine = new double[queries];
        double[] pearson = new double[queries];
        double[] spearman = new double[queries];
        double[] overlap = new double[queries];
        for (int q = 0; q < queries; q++) {
            error[q] = Agreement.relativeError(products[q], exactProducts[q]);
            cosine[q] = Agreement.cosine(products[q], exactProducts[q]);
            pearson[q] = Agreement.pearson(scores.raw()[q], exactScores.raw()[q]);
            spearman[q] = Agreement.spearman(scores.raw()[q], exactScores.raw()[q]);
            overlap[q] = Agreement.overlap(scores.mostPositive(q, TOP), exactScores.mostPositive(q, TOP));
        }
        return new EstimatorReport(name, system, mean(error), mean(cosine),
                Bootstrap.mean(pearson, CONFIDENCE, seed), Bootstrap.mean(spearman, CONFIDENCE, seed), mean(overlap), note);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
