package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plumbline.batch.PassListener;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Influence;
import org.plumbline.influence.InfluenceListener;
import org.plumbline.influence.corpus.CandidateFilter;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.ranking.TfIdf;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.verification.report.Answers;
import org.plumbline.verification.report.PageWriter;
import org.plumbline.verification.serve.AskPage;
import org.plumbline.verification.serve.AskServer;
import org.plumbline.verification.serve.Job;
import org.plumbline.verification.serve.Jobs;
import org.plumbline.verification.serve.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Answer questions in the browser, on this machine alone.",
        description = "Keeps the model and the curvature in memory and prints an address of 127.0.0.1 with a token. "
                + "Several questions queue; each can be canceled. Programs ask as /openapi.json describes.",
        footer = {
            "",
            "Example:",
            "  ./plumbline serve --model model/ --factors factors/ --data corpus.jsonl"
        })
final class ServeCommand implements Callable<Integer> {
    private static final int TOP = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private FactorOptions options;

    @Option(names = "--port", paramLabel = "N", defaultValue = "0",
            description = "Port to listen at. 0 takes any that is free.")
    private int port;

    @Option(names = "--queue", paramLabel = "N", defaultValue = "16",
            description = "Number of questions that may wait.")
    private int queue;

    @Option(names = "--time-limit", paramLabel = "SECONDS", defaultValue = "3600",
            description = "Longest time of one question.")
    private double timeLimit;

    @Option(names = "--idle", paramLabel = "SECONDS", defaultValue = "0",
            description = "Stop after so long without a request. 0 never stops.")
    private double idle;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder to write the page of each answer to, as question-1.html and so on. Without it "
                    + "nothing is written.")
    private Path out;

    @Override
    public Integer call() {
        if (port < 0 || port > 65_535) {
            throw new InputException("--port " + port + " is out of range: expected 0 to 65535");
        }
        if (queue < 1 || !(timeLimit > 0) || !(idle >= 0)) {
            throw new InputException("--queue " + queue + ", --time-limit " + timeLimit + ", --idle " + idle
                    + ": expected at least 1, more than 0 and at least 0");
        }
        options.damping();
        if (out != null) {
            Folders.make(out);
        }
        ModelFolder folder = options.model();
        Running running = new Running();
        try (Workers workers = options.workers();
                TokenizedCorpus corpus = options.corpus(folder);
                Influence influence = options.influence(folder, corpus, null, workers, running)) {
            // Refuses factors of another model before anyone asks.
            influence.candidates();
            serve(folder, corpus, influence, running);
        }
        return 0;
    }

    private void serve(
            ModelFolder folder, TokenizedCorpus corpus, Influence influence, Running running) {
        QueryPage page = new QueryPage(influence, options.inspection(), CommandText.of(spec));
        Jobs jobs = new Jobs(queue, duration(timeLimit), job -> {
            running.current = job;
            try {
                return answer(folder, influence, page, job);
            } finally {
                running.current = InfluenceListener.NONE;
            }
        });
        String subject = String.format(Locale.ROOT, "%s: %,d sequences of %s", folder.folder().getFileName(),
                corpus.sequences().size(), corpus.source().files().getFirst().getFileName());
        try (AskServer server = AskServer.start(port, jobs, AskPage.of(subject))) {
            PrintWriter printed = spec.commandLine().getOut();
            printed.println(subject + ", rank " + options.rank());
            corpus.origin(folder).forEach((name, value) -> printed.println("  " + name + ": " + value));
            printed.println("ask at " + server.address());
            printed.flush();
            while (idle == 0 || server.idle().compareTo(duration(idle)) < 0) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (1e9 * Math.min(seconds, 1e9)));
    }

    private Job.Result answer(ModelFolder folder, Influence influence, QueryPage page, Job job) {
        Question question = job.question();
        String prompt = question.prompt() == null ? "" : question.prompt();
        PromptedQuery whole = PromptedQuery.of("question " + job.id(), prompt,
                question.completion() == null ? "" : question.completion(), folder,
                options.packing(folder).beginToken());
        PromptedQuery query = question.tokens() == null ? whole : whole.ofTokens(question.tokens());
        int kept = question.candidates() == null ? TfIdf.DEFAULT_KEPT : question.candidates();
        QuerySettings settings = new QuerySettings(
                kept == 0 ? new CandidateFilter.None() : new CandidateFilter.ByTfIdf(kept), options.rank(),
                question.top() == null ? TOP : question.top(), false, true, true);
        Answers.Answer answer = new Answers(influence).ask(query, settings);
        String html = page.html(List.of(answer));
        Optional.ofNullable(out).ifPresent(
                to -> PageWriter.write(to.resolve("question-" + job.id() + ".html"), html));
        return new Job.Result(html, Json.pretty(answer.answer().report()));
    }

    /** Tells the question that runs. */
    private static final class Running implements InfluenceListener {
        private volatile InfluenceListener current = InfluenceListener.NONE;

        @Override
        public PassListener begin(String stage) {
            return current.begin(stage);
        }

        @Override
        public boolean isCancelled() {
            return current.isCancelled();
        }
    }
}
