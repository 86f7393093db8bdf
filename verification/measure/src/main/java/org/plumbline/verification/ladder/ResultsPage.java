package org.plumbline.verification.ladder;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plumbline.verification.statistics.Interval;

/** A suite's report as a page in Markdown: tables, and beside each what it means. Every number on it was measured. */
public final class ResultsPage {
    private static final int[] QUERIES = {1, 10, 100, 1000, 10_000};

    private final StringBuilder page = new StringBuilder();

    private ResultsPage() {}

    /** The page. */
    public static String of(SuiteReport report) {
        ResultsPage page = new ResultsPage();
        page.head(report);
        page.ordering(report.studies());
        report.studies().forEach(page::study);
        return page.page.toString();
    }

    private void head(SuiteReport report) {
        SuiteReport.Environment environment = report.environment();
        line("# Results");
        line("");
        line("Written by `./plumbline verify --suite %s --seed %d --out DIR`, which writes this page as"
                + " `DIR/results.md` and every number as `DIR/report.json`.",
                report.configuration().name(), report.configuration().seed());
        line("Version %s, Java %s on %s, %d processors, engine `%s` with %d threads; %.0f s. Everything but the seconds"
                        + " depends on version, seed and engine only.",
                report.version(), environment.java(), environment.system(), environment.processors(),
                environment.engine(), environment.threads(), report.seconds());
        line("");
        line("Effects are in units of `raw` (`docs/mathematics.md`): `raw / N` is the change of the query's"
                + " log-likelihood for one added copy. Correlations are over the chosen sequences for each query. The"
                + " tables show means over queries, with 95 % intervals over queries, Student's t"
                + " corrected for skewness (`docs/mathematics.md`).");
        line("");
        line("## The anchor: leaving one out of a ridge regression");
        line("");
        line("On %d rows of `friedman`, `(raw/N)/(1 − h)` equals the effect of refitting without a row to %s of the"
                        + " largest effect, and `(raw/N)/(1 + h)` equals the effect of adding a copy to %s. The first"
                        + " order alone, `raw/N`, is off by %s; the largest leverage is %s.",
                report.anchor().rows(), number(report.anchor().removal()),
                number(report.anchor().addition()), number(report.anchor().uncorrected()),
                number(report.anchor().largestLeverage()));
    }

    private void ordering(List<TaskReport> studies) {
        line("");
        line("## EK-FAC and LiSSA against the gradient dot product");
        line("");
        line("Pearson's correlation with a reference, and by how much it exceeds that of the gradient dot product."
                + " LiSSA runs over all sequences, for as many passes as the longest curve of the study below.");
        line("");
        line("| study | reference | EK-FAC | above the dot product by | LiSSA | above the dot product by |");
        line("|---|---|---|---|---|---|");
        for (TaskReport study : studies) {
            List<TaskReport.Advantage> rows = study.advantages();
            for (int i = 0; i < rows.size(); i += 2) {
                line("| %s | %s | %s | %s | %s | %s |", study.name(), rows.get(i).reference(),
                        interval(rows.get(i).pearson()), interval(rows.get(i).difference()),
                        interval(rows.get(i + 1).pearson()), interval(rows.get(i + 1).difference()));
            }
        }
    }

    private void study(TaskReport study) {
        line("");
        line("## %s", study.name().substring(0, 1).toUpperCase(Locale.ROOT) + study.name().substring(1));
        line("");
        line("%s; %d training sequences, %d queries. Training took the loss from %.3f to %.3f nats per position."
                        + " Damping %s; %d eigenvalues of the exact Hessian are negative beyond rounding.",
                study.description(), study.sequences(), study.queries(), study.initialLoss(), study.loss(),
                Arrays.stream(study.damping()).mapToObj(ResultsPage::number).collect(Collectors.joining(", ")),
                study.negativeEigenvalues());
        line("");
        line("### The ladder");
        line("");
        line("Pearson's correlation on %d sequences × %d queries; half of the sequences matter most to the queries by"
                + " the exact score, the other half is drawn at random from the rest. Both kinds of training change"
                + " all parameters; the rungs below them change the MLP layers only.",
                study.pairs().length, study.queries());
        line("");
        line("| rung | what it is | with the rung above | with retraining | with PBRF | with Gauss–Newton |"
                + " relative error to Gauss–Newton |");
        line("|---|---|---|---|---|---|---|");
        for (TaskReport.Rung rung : study.rungs()) {
            line("| %s | %s | %s | %s | %s | %s | %s |", rung.name(), rung.definition(), pearson(rung.above()),
                    pearson(rung.retraining()), pearson(rung.response()), pearson(rung.gaussNewton()),
                    rung.gaussNewton() == null ? "0" : number(rung.gaussNewton().relativeError().estimate()));
        }
        line("");
        steepest(study.rungs());
        line("Two halves of the retraining seeds correlate at %s with each other. By the formula of Spearman and Brown,"
                        + " even the exact expectation over seeds would correlate with the mean of these seeds at %.2f"
                        + " only, which is the ceiling for the column “with retraining”.",
                interval(study.reliability()), study.ceiling());
        line("");
        seeds(study);
        responses(study);
        datamodeling(study);
        rankings(study);
        solvers(study);
        costs(study);
    }

    /** Says in words which step costs most. */
    private void steepest(List<TaskReport.Rung> rungs) {
        int worst = 1;
        for (int i = 2; i < rungs.size(); i++) {
            if (step(rungs.get(i)).estimate() < step(rungs.get(worst)).estimate()) {
                worst = i;
            }
        }
        line("The steepest step is from %s to %s: a correlation of %s.", rungs.get(worst - 1).name(),
                rungs.get(worst).name(), interval(step(rungs.get(worst))));
        line("");
    }

    private void seeds(TaskReport study) {
        line("Every estimate is computed for one trained model. The table shows its correlation with retraining from"
                + " scratch: with the seed of that model, which means the same initial parameters and the same"
                + " batches, and with the mean of the other seeds.");
        line("");
        line("| rung | the model's seed | other seeds |");
        line("|---|---|---|");
        study.bySeed().forEach(row ->
                line("| %s | %s | %s |", row.rung(), interval(row.own()), interval(row.others())));
        line("");
    }

    private void responses(TaskReport study) {
        line("The proximal Bregman response by minimization, with central differences of step `ε = copies / N`,"
                + " compared with the formula `−∇fᵀ(G + λ)⁻¹∇L`:");
        line("");
        line("| copies | relative difference | one-sided, adding | final gradient norm adding | removing |"
                + " gradients per sequence |");
        line("|---|---|---|---|---|---|");
        study.stepStudy().forEach(point -> line("| %s | %s | %s | %s | %s | %.0f |", number(point.copies()),
                number(point.relativeError()), number(point.addedError()), number(point.addedGradientNorm()),
                number(point.removedGradientNorm()), point.gradients()));
        line("");
        line("Gradient norms are relative to the norm at the beginning of the search. The table shows the largest of"
                + " all sequences.");
        line("");
    }

    private void datamodeling(TaskReport study) {
        line("### Linear datamodeling score");
        line("");
        line("Spearman's correlation between summed scores and the log-likelihood after training from scratch without a"
                + " random subset: with the seed of the model, and with the mean over several seeds, of which it is"
                + " one.");
        line("");
        List<String> columns = study.datamodeling().stream().map(ResultsPage::column).distinct().toList();
        line("| estimate | %s |", String.join(" | ", columns));
        line("|---|%s", "---|".repeat(columns.size()));
        study.datamodeling().stream().map(TaskReport.Datamodeling::estimate).distinct().forEach(estimate ->
                line("| %s | %s |", estimate, study.datamodeling().stream()
                        .filter(row -> row.estimate().equals(estimate))
                        .map(row -> interval(row.score()))
                        .collect(Collectors.joining(" | "))));
        line("");
    }

    private static String column(TaskReport.Datamodeling row) {
        return String.format(Locale.ROOT, "%.0f %% removed, %s", 100 * row.removed(),
                row.seeds() == 1 ? "the model's seed" : row.seeds() + " seeds");
    }

    private void rankings(TaskReport study) {
        line("### The highest-ranked sequences");
        line("");
        line("Fall of a query's log-likelihood, in nats, when the sequences that rank highest for it are removed"
                + " together and the model is trained from scratch; and its mean rise after one further training step"
                + " on one of them.");
        line("");
        line("| ranked by | fall on removal | rise by a tail patch |");
        line("|---|---|---|");
        study.rankings().forEach(row ->
                line("| %s | %s | %s |", row.estimate(), interval(row.removalDrop()), interval(row.tailPatch())));
        line("");
    }

    private void solvers(TaskReport study) {
        line("### Iterative solvers by passes");
        line("");
        line("Relative error of the solution of `(G + λ)x = ∇f`, mean over queries, and Pearson's correlation of all"
                + " scores with the exact ones. A pass is one product with all sequences for each query: one step, or"
                + " as many minibatch steps as together use that many sequences. A curve ends below 1e-8, or at the"
                + " largest number of passes tried.");
        line("");
        line("| passes | %s |",
                study.solvers().stream().map(TaskReport.Curve::solver).collect(Collectors.joining(" | ")));
        line("|---|%s", "---|".repeat(study.solvers().size()));
        int longest = study.solvers().stream().mapToInt(curve -> curve.points().size()).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            int at = i;
            line("| %d | %s |", 1 << i, study.solvers().stream()
                    .map(curve -> at < curve.points().size() ? point(curve.points().get(at)) : "")
                    .collect(Collectors.joining(" | ")));
        }
        line("");
        study.solvers().forEach(curve -> {
            TaskReport.CurvePoint last = curve.points().getLast();
            line("- %s: %s; %s", curve.solver(), curve.definition(), last.relativeError() <= SolverCurves.GOAL
                    ? "within 1e-8 of the dense solution after " + last.passes() + " passes"
                    : "not within 1e-8 of the dense solution after " + last.passes() + " passes");
        });
        line("");
    }

    private static String point(TaskReport.CurvePoint point) {
        return String.format(Locale.ROOT, "%.1e, %.3f", point.relativeError(), point.pearson().estimate());
    }

    private void costs(TaskReport study) {
        TaskReport.EqualError ekfac = study.equalErrors().getFirst();
        line("### Cost at the error of EK-FAC");
        line("");
        line("EK-FAC with one sampled label per position has a relative error of %s and a correlation of %.3f. The"
                        + " table shows the seconds until a number of queries are solved as closely, including the fit."
                        + " Products use the exact operator over all sequences, or over `b` of them, one query at a"
                        + " time.",
                number(ekfac.relativeError()), ekfac.pearson());
        line("");
        line("| method | passes | fit | per query | %s |", Arrays.stream(QUERIES)
                .mapToObj(count -> String.format(Locale.ROOT, count == 1 ? "%d query" : "%,d queries", count))
                .collect(Collectors.joining(" | ")));
        line("|---|---|---|---|%s", "---|".repeat(QUERIES.length));
        for (int i = 0; i < study.costs().size(); i++) {
            TaskReport.Cost cost = study.costs().get(i);
            Integer passes = study.equalErrors().get(i).passes();
            String name = cost.method();
            if (cost.perQuery() == null) {
                line("| %s | not as close within the passes allowed | %s | | %s", name, number(cost.fit()),
                        "|".repeat(QUERIES.length));
            } else {
                line("| %s | %s | %s | %s | %s |", name, passes == null ? "–" : passes, number(cost.fit()),
                        number(cost.perQuery()), Arrays.stream(QUERIES).mapToObj(count -> number(cost.of(count)))
                                .collect(Collectors.joining(" | ")));
            }
        }
    }

    /** What the step to a rung costs; the first rung has none above it. */
    private static Interval step(TaskReport.Rung rung) {
        return Objects.requireNonNull(rung.above()).pearson();
    }

    private static String pearson(@Nullable Closeness closeness) {
        return closeness == null ? "" : interval(closeness.pearson());
    }

    private static String interval(Interval interval) {
        return String.format(Locale.ROOT, "%s [%s, %s]", rounded(interval.estimate()), rounded(interval.low()),
                rounded(interval.high()));
    }

    private static String rounded(double value) {
        double magnitude = Math.abs(value);
        return magnitude != 0 && magnitude < 5e-3
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String number(double value) {
        double magnitude = Math.abs(value);
        return magnitude != 0 && (magnitude < 1e-2 || magnitude >= 1e5)
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, magnitude >= 100 ? "%.0f" : "%.3g", value);
    }

    private void line(String format, Object... arguments) {
        page.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
