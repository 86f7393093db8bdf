package org.plumbline.verification.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.plumbline.influence.Influence;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.store.FactorInspection;
import org.plumbline.verification.report.Answers;
import org.plumbline.verification.report.PageWriter;
import org.plumbline.verification.report.Question;
import org.plumbline.verification.report.ReportPage;
import org.plumbline.verification.report.Trust;

/** Asks a query, or two to compare, and writes the page of the answers. */
final class QueryPage {
    private final Influence influence;
    private final Optional<FactorInspection> factors;
    private final String command;

    QueryPage(Influence influence, Optional<FactorInspection> factors, String command) {
        this.influence = influence;
        this.factors = factors;
        this.command = command;
    }

    /** The report of the first query. */
    InfluenceReport write(Path file, PromptedQuery query, Optional<PromptedQuery> other, QuerySettings settings) {
        Answers answers = new Answers(influence);
        List<Answers.Answer> asked = new ArrayList<>(List.of(answers.ask(query, settings)));
        other.ifPresent(second -> asked.add(answers.ask(second, settings)));
        PageWriter.write(file, html(asked));
        return asked.getFirst().answer().report();
    }

    /** The page of some answers. */
    String html(List<Answers.Answer> asked) {
        Set<Integer> shown = Answers.shown(asked);
        List<Question> questions = new ArrayList<>();
        for (Answers.Answer answer : asked) {
            questions.add(Answers.question("q" + (questions.size() + 1), answer, shown));
        }
        InfluenceReport report = asked.getFirst().answer().report();
        Trust trust = Trust.of(estimator(report), report.origin(), factors.orElse(null));
        return PageWriter.html(new ReportPage("Which sequences made it say this?", questions, trust, command));
    }

    private static List<String> estimator(InfluenceReport report) {
        List<String> lines = new ArrayList<>(List.of("Estimator: " + report.origin().getOrDefault("strategy", "unknown")
                + " with damping " + report.origin().getOrDefault("damping", "unknown") + "."));
        String solver = report.origin().get("solver");
        if (solver != null) {
            lines.add("The exact Gauss-Newton matrix of the training data, by the solver " + solver + ".");
        }
        lines.add(report.certified() == null
                ? "How far such scores are from the exact ones on a small model is what plumbline verify measures; "
                        + "query --certify bounds the error of each score here."
                : "Each score has a certified bound, which is on its card.");
        return lines;
    }
}
