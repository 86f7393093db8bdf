package org.plumbline.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.audit.diagnosis.Finding;
import org.plumbline.audit.diagnosis.Harm;
import org.plumbline.audit.diagnosis.Mistake;

/**
 * The result of an audit.
 *
 * @param verdict how it ends
 * @param subject what was audited
 * @param summary the verdict in a sentence
 * @param checks what was looked at
 * @param findings what explains each quantity that model and data could be asked about
 * @param convention the convention inferred from them, or that the files are said to follow
 * @param harm what a deviation does to a ranking, where there is one
 */
public record AuditReport(
        Verdict verdict, String subject, String summary, List<Check> checks, List<Finding> findings,
        @Nullable String convention, @Nullable Harm harm) {

    /** Copies the lists. */
    public AuditReport {
        checks = List.copyOf(checks);
        findings = List.copyOf(findings);
    }

    /** The mistakes that are named, those of what explains a quantity before those that a check points to. */
    public List<Mistake> mistakes() {
        List<Mistake> named = new ArrayList<>();
        findings.stream().filter(finding -> finding.best().fits())
                .forEach(finding -> named.addAll(finding.best().mistakes()));
        checks.forEach(check -> Optional.ofNullable(check.mistake()).ifPresent(named::add));
        return named.stream().distinct().toList();
    }

    /** This report with what a deviation does. */
    AuditReport with(Harm other) {
        return new AuditReport(verdict, subject, summary, checks, findings, convention, other);
    }

    /** The verdict line, the checks and the explanations, as text for a terminal. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(verdict.title() + ": " + summary);
        lines.add("");
        int width = checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
        for (Check check : checks) {
            lines.add(String.format(Locale.ROOT, "%-7s %-" + Math.max(1, width) + "s  %s", switch (check.outcome()) {
                case HOLDS -> "ok";
                case NOTE -> "note";
                case FAILS -> "WRONG";
                case NOT_POSSIBLE -> "-";
            }, check.name(), check.found()));
            if (check.outcome() == Check.Outcome.FAILS || check.outcome() == Check.Outcome.NOTE) {
                lines.add("        " + check.meaning());
            }
        }
        if (!findings.isEmpty()) {
            lines.add("");
            lines.add(String.format(Locale.ROOT, "%-22s %9s  %s", "quantity", "residual", "explanation"));
            for (Finding finding : findings) {
                lines.addAll(finding.lines());
            }
        }
        if (convention != null) {
            lines.add("");
            lines.add("convention: " + convention);
        }
        if (harm != null) {
            lines.add("");
            lines.add(harm.text());
        }
        return String.join("\n", lines) + "\n";
    }
}
