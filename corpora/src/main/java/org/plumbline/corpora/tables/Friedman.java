package org.plumbline.corpora.tables;

import java.util.SplittableRandom;

/**
 * Friedman's first regression problem (<em>Multivariate Adaptive Regression Splines</em>, Annals of Statistics 19,
 * 1991, §4.3, eq. 61), centered and scaled:
 *
 * <pre>  y = (10 sin(π x₁x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ + ε − 14.4) / 5,   x ~ U[0, 1]¹⁰,  ε ~ N(0, 1).</pre>
 *
 * <p>The last five features are noise; features are returned as {@code √12 (x − ½)}, of mean 0 and variance 1. See
 * {@code datasheets/friedman.md}.
 */
public final class Friedman {
    /** Name of the data set. */
    public static final String NAME = "friedman";

    /** Number of features. */
    public static final int COLUMNS = 10;

    private static final double CENTER = 14.4;
    private static final double SCALE = 5;

    private Friedman() {}

    /**
     * Generates a table.
     *
     * @param rows number of rows, at least 1
     * @param seed of the rows
     */
    public static TargetTable generate(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] features = new double[rows][COLUMNS];
        double[] targets = new double[rows];
        for (int i = 0; i < rows; i++) {
            double[] x = new double[COLUMNS];
            for (int j = 0; j < COLUMNS; j++) {
                x[j] = random.nextDouble();
                features[i][j] = Math.sqrt(12) * (x[j] - 0.5);
            }
            // StrictMath: the same bits on every machine.
            double mean = 10 * StrictMath.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3]
                    + 5 * x[4];
            targets[i] = (mean + random.nextGaussian() - CENTER) / SCALE;
        }
        return new TargetTable(NAME, features, targets);
    }
}
