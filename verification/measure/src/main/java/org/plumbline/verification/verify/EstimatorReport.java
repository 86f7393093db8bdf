package org.plumbline.verification.verify;

import org.jspecify.annotations.Nullable;
import org.plumbline.verification.statistics.Interval;

/**
 * How close one estimator comes to the damped Gauss–Newton influence, means over queries.
 *
 * @param name short name, as in the table
 * @param system what it computes, in a formula
 * @param relativeError {@code ‖x̂ − x‖/‖x‖} of the product {@code x = (G + λ)⁻¹∇f}; no number if it
 *     has scores without one
 * @param cosine of the angle between {@code x̂} and {@code x}, or no number likewise
 * @param pearson correlation of its scores with the exact ones over the training sequences
 * @param spearman rank correlation of the same
 * @param topOverlap share of the ten sequences it ranks highest that are among the exact ten
 * @param note what else is to be said, such as iterations and residuals; empty if nothing
 * @param certificate what its residuals certify; null where it has none and, unless it is iterative, where that was
 *     not asked for
 */
public record EstimatorReport(
        String name, String system, double relativeError, double cosine, Interval pearson, Interval spearman,
        double topOverlap, String note, @Nullable CertificateReport certificate) {}
