package org.plumbline.verification.verify;

/**
 * What is certified of an estimator, for the damped Gauss–Newton scores, and how far off the scores are: bounds need no
 * exact solution, {@code error} does. {@code bound} and {@code error} are means over sequences of absolute values,
 * divided by the root mean square of the estimator's own scores, then means over queries.
 *
 * @param relativeResidual {@code ‖v − (G + λ)x̂‖ / ‖v‖}, mean over queries
 * @param products with {@code G} that the certificate took, the largest number of any query
 * @param bound of the error of a score; see {@link org.plumbline.solve.Certificate}
 * @param largestBound the largest bound of any score, divided by the root mean square of its query's scores
 * @param error of a score
 * @param medianRatio the median of {@code bound / error} over all scores that are not exact; no number if all are
 * @param largestShare the largest {@code error / bound} of any score: never above 1, but for rounding
 * @param refinedBound the largest bound of any <em>refined</em> score, divided by the root mean square of its query's
 *     refined scores
 * @param certainTop how many of the ten largest exact scores are certainly among the ten, mean over queries
 */
public record CertificateReport(
        double relativeResidual, int products, double bound, double largestBound, double error, double medianRatio,
        double largestShare, double refinedBound, double certainTop) {}
