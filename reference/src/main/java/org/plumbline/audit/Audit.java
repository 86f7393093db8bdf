package org.plumbline.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plumbline.audit.diagnosis.Evidence;
import org.plumbline.audit.diagnosis.FactorDiagnosis;
import org.plumbline.audit.diagnosis.Finding;
import org.plumbline.audit.diagnosis.Harm;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.diagnosis.Resolution;
import org.plumbline.audit.diagnosis.ScoreDiagnosis;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/** Audits of factors and scores. */
public final class Audit {
    private Audit() {}

    /** Audits factors from their files alone. */
    public static AuditReport factors(FactorSet factors) {
        List<Check> checks = FactorChecks.of(factors).checks();
        return report(factors.origin(), checks, List.of(), factors.claims().convention().map(Convention::name)
                .map(name -> name + ", as the layout says; only model and data can confirm it").orElse(null),
                factors.modules().size() + " modules, from files alone");
    }

    /**
     * Audits factors against those that model and data give.
     *
     * @param said the layer of a module, where names differ
     * @throws org.plumbline.io.InputException if the modules are not the model's
     */
    public static AuditReport factors(FactorSet factors, AuditedModel model, Map<String, String> said) {
        FactorChecks.Result files = FactorChecks.of(factors);
        List<Check> checks = new ArrayList<>(files.checks());
        List<TrackedLayer> layers = ModuleMatch.of(factors.modules(), model.objective().model().layers(), said);
        checks.addAll(shapes(factors, layers));
        Evidence evidence = new Evidence(model.objective(), layers, model.lastFed(), model.context(), model.seed(),
                Evidence.DRAWS, model.compute());
        List<Finding> findings = new FactorDiagnosis(
                factors, factors.modules(), evidence, files.resolution().agreement()).find();
        String convention = ConventionText.of(factors.claims(), findings).orElse(null);
        return report(factors.origin(), checks, findings, convention,
                factors.modules().size() + " modules and " + evidence.sequences() + " sequences");
    }

    private static List<Check> shapes(FactorSet factors, List<TrackedLayer> layers) {
        List<Check> checks = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            FactorModule module = factors.modules().get(l);
            TrackedLayer layer = layers.get(l);
            int more = module.columns() - layer.columns();
            if (more != 0 && module.columns() != 0) {
                checks.add(Check.of(false, "shapes are the model's", module.name() + ": " + module.columns()
                        + " columns, the layer has " + layer.columns(),
                        more < 0 ? "the ones column of the bias is missing from A (M9)"
                                : "a bias is assumed where there is none (M2)",
                        more < 0 ? Mistake.M9 : Mistake.M2));
            }
        }
        return checks;
    }

    /** Audits scores from their files alone. */
    public static AuditReport scores(ScoreSet scores) {
        return report(scores.origin(), ScoreChecks.of(scores), List.of(), null,
                scores.queries() + " × " + scores.sequences() + " scores, from files alone");
    }

    /**
     * Audits scores against those that model, data and the factors give.
     *
     * @param queries the loss of each of which is the measurement; none for self scores
     * @param factors that scores were computed with
     * @param claims what is said of the scores
     * @param said the layer of a module, where names differ
     * @throws org.plumbline.io.InputException if sizes or modules are others, or factors are missing
     */
    public static AuditReport scores(
            ScoreSet scores, AuditedModel model, List<Example> queries, FactorSet factors, ScoreClaims claims,
            Map<String, String> said) {
        requireSizes(scores, model, queries);
        List<TrackedLayer> layers = ModuleMatch.of(factors.modules(), model.objective().model().layers(), said);
        List<Check> checks = new ArrayList<>(ScoreChecks.of(scores));
        checks.addAll(shapes(factors, layers));
        if (checks.stream().anyMatch(check -> check.name().startsWith("shapes"))) {
            return report(scores.origin(), checks, List.of(), null, "");
        }
        Evidence training = new Evidence(model.objective(), layers, model.lastFed(), model.context(), model.seed(), 0,
                model.compute());
        Evidence measured = queries.isEmpty() ? training : new Evidence(model.objective().on(queries), layers,
                model.lastFed(), model.context(), model.seed(), 0, model.compute());
        double[][] totals = scores.totals();
        Resolution resolution = Resolution.DOUBLE;
        for (double[] row : scores.byModule().values()) {
            resolution = resolution.coarser(Resolution.of(row));
        }
        ScoreDiagnosis.Result result = new ScoreDiagnosis(scores, training, measured, factors, claims.damping(),
                claims.raw(), resolution.agreement()).find();
        AuditReport report = report(scores.origin(), checks, List.of(result.finding()),
                result.finding().isSound() ? result.finding().best().words() : null,
                scores.queries() + " × " + scores.sequences() + " scores");
        return report.verdict() == Verdict.SOUND || scores.sequences() < 2
                ? report : report.with(Harm.of(totals, result.right()));
    }

    private static void requireSizes(ScoreSet scores, AuditedModel model, List<Example> queries) {
        int n = model.objective().examples().size();
        int q = scores.self() ? 1 : queries.size();
        if (scores.sequences() != n || scores.queries() != q) {
            throw new InputException(scores.origin() + ": found scores of " + scores.queries() + " queries and "
                    + scores.sequences() + " sequences, expected " + q + " and " + n + " as in the data");
        }
    }

    private static AuditReport report(
            String origin, List<Check> checks, List<Finding> findings, @Nullable String convention, String what) {
        List<Check> failed = checks.stream().filter(check -> check.outcome() == Check.Outcome.FAILS).toList();
        List<Finding> wrong = findings.stream().filter(finding -> !finding.isSound()).toList();
        String summary = failed.isEmpty() && wrong.isEmpty()
                ? "nothing wrong in " + what
                : List.of(
                        wrong.stream().map(finding -> finding.quantity() + ": " + finding.sentence())
                                .collect(Collectors.joining(". ")),
                        failed.stream().map(check -> "not so: " + check.name() + " (" + check.found() + "): "
                                + check.meaning()).collect(Collectors.joining("; ")))
                .stream().filter(text -> !text.isEmpty()).collect(Collectors.joining(". "));
        return new AuditReport(failed.isEmpty() && wrong.isEmpty() ? Verdict.SOUND : Verdict.DEFECTS, origin, summary,
                checks, findings, convention, null);
    }
}
