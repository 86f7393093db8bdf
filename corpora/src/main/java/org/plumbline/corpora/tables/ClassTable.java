package org.plumbline.corpora.tables;

/**
 * Rows of features with a class each.
 *
 * @param name of the data set
 * @param features {@code [rows][columns]}
 * @param labels the class of each row, from 0
 * @param relabeled whether the label was replaced by one drawn at random, which may be the same
 * @param classes number of classes
 */
public record ClassTable(String name, double[][] features, int[] labels, boolean[] relabeled, int classes) {

    /**
     * @throws IllegalArgumentException if the columns differ in length
     */
    public ClassTable {
        if (features.length != labels.length || features.length != relabeled.length) {
            throw new IllegalArgumentException("found " + features.length + " rows, " + labels.length + " labels and "
                    + relabeled.length + " marks, expected as many of each");
        }
    }

    /** Number of rows. */
    public int rows() {
        return labels.length;
    }
}
