package org.plumbline.corpora.tables;

/**
 * Rows of features with a real target each.
 *
 * @param name of the data set
 * @param features {@code [rows][columns]}
 * @param targets one for each row
 */
public record TargetTable(String name, double[][] features, double[] targets) {

    /**
     * @throws IllegalArgumentException if the columns differ in length
     */
    public TargetTable {
        if (features.length != targets.length) {
            throw new IllegalArgumentException("found " + features.length + " rows and " + targets.length
                    + " targets, expected as many of each");
        }
    }

    /** Number of rows. */
    public int rows() {
        return targets.length;
    }
}
