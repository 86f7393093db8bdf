package org.plumbline.verification.statistics;

/**
 * An estimate with a confidence interval.
 *
 * @param estimate the value of the sample
 * @param low lower end
 * @param high upper end
 */
public record Interval(double estimate, double low, double high) {

    /** The part of it within the range of what was estimated, such as −1 to 1 for a correlation. */
    public Interval within(double least, double most) {
        return new Interval(estimate, Math.clamp(low, least, most), Math.clamp(high, least, most));
    }
}
