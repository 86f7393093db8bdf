package org.plumbline.verification.ladder;

import java.util.List;
import org.plumbline.verification.truth.RidgeAnchor;

/**
 * Everything a suite found.
 *
 * @param version of this program
 * @param environment what ran it
 * @param anchor leaving one out of a ridge regression, in closed form
 * @param seconds how long it took, with the time that steps found from an earlier run took then
 */
public record SuiteReport(
        String version, SuiteConfig configuration, Environment environment, RidgeAnchor anchor,
        List<TaskReport> studies, double seconds) {

    /** What ran it; names no machine. */
    public record Environment(String java, String system, String engine, int processors, int threads) {}
}
