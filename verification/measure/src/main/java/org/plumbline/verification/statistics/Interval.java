package org.plumbline.verification.statistics;

/**
 * An estimate with a confidence interval.
 *
 * @param estimate the value of the sample
 * @param low lower end
 * @param high upper end
 */
public record Interval(double estimate, double low, double high) {}
