package org.plumbline.verification.verify;

/**
 * What one exact product for each query certifies of an estimator, for the damped Gauss–Newton scores, and how far off
 * the scores are: bounds need no exact solution, {@code error} does. {@code bound} and {@code error} are means over
 * sequences of absolute values, divided by the root mean square of the estimator's own scores, then means over queries.
 *
 * @param relativeResidual {@code ‖v − (G + λ)x̂‖ / ‖v‖}, mean over queries
 * @param bound of the error of a score; see {@link org.plumbline.solve.Certificate}
 * @param largestBound the largest bound of any score, divided by the root mean square of its query's scores
 * @param error of a score
 * @param largestShare the largest {@code error / bound} of any score: never above 1, but for rounding
 */
public record CertificateReport(
        double relativeResidual, double bound, double largestBound, double error, double largestShare) {}
