package org.plumbline.influence.query;

/** Whether queries are scored each by itself or together; scores are linear in the query's gradient. */
public enum Aggregation {
    /** Each by itself. */
    NONE,
    /** As one query, the sum of their log-likelihoods. */
    SUM,
    /** As one query, the mean of their log-likelihoods. */
    MEAN
}
