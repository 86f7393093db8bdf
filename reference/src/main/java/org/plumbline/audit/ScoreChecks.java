package org.plumbline.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.files.ScoreSet;

/** What scores must satisfy whatever the model and the data are. */
final class ScoreChecks {
    private ScoreChecks() {}

    static List<Check> of(ScoreSet scores) {
        List<Check> checks = new ArrayList<>();
        double[][] totals = scores.totals();
        checks.add(Check.holds("scores are finite", scores.queries() + " × " + scores.sequences(), ""));
        if (scores.self()) {
            double least = Arrays.stream(totals[0]).min().orElseThrow();
            checks.add(Check.of(least >= 0, "self scores are not negative", String.format(Locale.ROOT, "%.3g", least),
                    "gᵀ(C + λ)⁻¹g ≥ 0: the sign is of a log-likelihood on one side alone (M13), or the curvature is "
                            + "not positive", Mistake.M13));
        }
        long equal = 0;
        for (int m = 1; m < scores.sequences(); m++) {
            int at = m;
            equal += Arrays.stream(totals).allMatch(row -> row[at] == row[at - 1]) ? 1 : 0;
        }
        if (equal > 0) {
            checks.add(Check.note("neighboring sequences with equal scores", equal + " of " + scores.sequences(),
                    "right for equal sequences; otherwise rows were written twice"));
        }
        long empty = Arrays.stream(totals).filter(row -> Arrays.stream(row).allMatch(x -> x == 0)).count();
        if (empty > 0) {
            checks.add(Check.of(false, "every query has scores", empty + " of " + scores.queries() + " have none",
                    "a query whose scores all vanish has no gradient, or was never written", null));
        }
        return checks;
    }
}
