package org.plumbline.audit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.plumbline.audit.diagnosis.Finding;
import org.plumbline.audit.files.FactorClaims;
import org.plumbline.influence.Convention;

/** The convention that findings add up to, in words. */
final class ConventionText {
    private ConventionText() {}

    /** Empty if there are no findings, or one of them fits nothing. */
    static Optional<String> of(FactorClaims claims, List<Finding> findings) {
        if (findings.isEmpty() || findings.stream().anyMatch(finding -> !finding.best().fits())) {
            return Optional.empty();
        }
        String found = findings.stream().map(finding -> finding.quantity() + ": " + finding.best().words())
                .collect(Collectors.joining("; "));
        boolean sound = findings.stream().allMatch(Finding::isSound);
        List<String> named = Convention.known().stream().filter(known -> sound && agrees(known, findings))
                .map(Convention::name).toList();
        return Optional.of((named.isEmpty() ? "of no known tool"
                : named.size() == 1 ? named.getFirst() + "'s" : String.join("'s or ", named) + "'s")
                + " (" + found + ")");
    }

    private static boolean agrees(Convention known, List<Finding> findings) {
        return findings.stream().allMatch(finding -> finding.best().traits().agreesWith(known));
    }
}
