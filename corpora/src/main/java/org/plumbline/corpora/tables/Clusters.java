package org.plumbline.corpora.tables;

import java.util.SplittableRandom;

/**
 * Four classes of two Gaussian clusters each in six dimensions, with one label in twenty drawn at random: classes that
 * are not linearly separable, and a known set of rows that teach something wrong. See {@code datasheets/clusters.md}.
 */
public final class Clusters {
    /** Name of the data set. */
    public static final String NAME = "clusters";

    /** Number of features. */
    public static final int COLUMNS = 6;

    /** Number of classes. */
    public static final int CLASSES = 4;

    private static final int CLUSTERS = 2 * CLASSES;
    private static final double RADIUS = 2.5;
    private static final double RELABELED = 0.05;

    private Clusters() {}

    /**
     * Generates a table. Cluster {@code k} belongs to class {@code k mod 4}; its center is uniform on the sphere of
     * radius 2.5, and rows scatter about it with unit variance.
     *
     * @param rows number of rows, at least 1
     * @param seed of centers and rows
     */
    public static ClassTable generate(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] centers = new double[CLUSTERS][];
        for (int k = 0; k < CLUSTERS; k++) {
            centers[k] = onSphere(random);
        }
        double[][] features = new double[rows][COLUMNS];
        int[] labels = new int[rows];
        boolean[] relabeled = new boolean[rows];
        for (int i = 0; i < rows; i++) {
            int cluster = random.nextInt(CLUSTERS);
            for (int j = 0; j < COLUMNS; j++) {
                features[i][j] = centers[cluster][j] + random.nextGaussian();
            }
            relabeled[i] = random.nextDouble() < RELABELED;
            labels[i] = relabeled[i] ? random.nextInt(CLASSES) : cluster % CLASSES;
        }
        return new ClassTable(NAME, features, labels, relabeled, CLASSES);
    }

    private static double[] onSphere(SplittableRandom random) {
        double[] point = new double[COLUMNS];
        double squares = 0;
        for (int j = 0; j < COLUMNS; j++) {
            point[j] = random.nextGaussian();
            squares += point[j] * point[j];
        }
        for (int j = 0; j < COLUMNS; j++) {
            point[j] *= RADIUS / Math.sqrt(squares);
        }
        return point;
    }
}
