package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.Packing;
import org.plumbline.text.Tokenizer;
import org.plumbline.verification.pretrained.CorpusLoss;
import org.plumbline.verification.pretrained.LossReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline loss}. */
@Command(
        name = "loss",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Compute a model's loss and perplexity on a corpus.",
        description = "Use it to compare with numbers from elsewhere. Each document is read from its beginning and its "
                + "first token is not predicted. No token is put before it without --begin-token.",
        footer = {
            "",
            "Example:",
            "  ./plumbline loss --model models/pythia-70m --data texts.jsonl"
        })
final class LossCommand implements Callable<Integer> {

    private static final long PROGRESS_NANOS = 1_000_000_000;

    private long lastLine = System.nanoTime();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DataOptions data;

    @Option(names = "--sequences", paramLabel = "N", description = "Maximum number of sequences to read. Default: all.")
    private Long sequences;

    @Option(names = "--show", paramLabel = "N",
            description = "First print N sequences as the model reads them, with what is predicted between ⟦ and ⟧.")
    private Integer show;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        if (show != null && show < 1) {
            throw new InputException("--show " + show + " is out of range: expected at least 1");
        }
        if (json) {
            GivenOptions.refuse(spec, "with --json", "--show");
        }
        ModelFolder folder = model.load(data);
        Tokenizer tokenizer = folder.tokenizer().tokenizer();
        Packing packing = data.packing(folder);
        DocumentSource source = data.source(tokenizer, packing.length());
        if (show != null) {
            SequenceView.print(source, packing, tokenizer, show, spec.commandLine().getOut());
        }
        try (Workers workers = engine.workers()) {
            Compute compute = new Compute(engine.engine(workers), workers);
            CorpusLoss loss = new CorpusLoss(folder.model(), folder.parameters(), compute);
            print(loss.of(source, tokenizer, packing, sequences == null ? Long.MAX_VALUE : sequences, this::progress));
        }
        return 0;
    }

    private void progress(LossReport report) {
        long now = System.nanoTime();
        if (now - lastLine < PROGRESS_NANOS) {
            return;
        }
        lastLine = now;
        PrintWriter err = spec.commandLine().getErr();
        err.println(String.format(Locale.ROOT, "%,d sequences, %,d predictions, %.4f nats each so far",
                report.sequences(), report.lossPositions(), report.meanLoss()));
        err.flush();
    }

    private void print(LossReport report) {
        CorpusNotes.print(report.corpus(), spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("documents", report.documents());
            fields.put("documentsLeftOut", report.corpus().documentsLeftOut());
            fields.put("tokens", report.corpus().tokens());
            fields.put("droppedTokens", report.corpus().droppedTokens());
            fields.put("sequences", report.sequences());
            fields.put("lossPositions", report.lossPositions());
            fields.put("totalLoss", report.totalLoss());
            fields.put("meanLoss", report.meanLoss());
            fields.put("perplexity", report.perplexity());
            out.print(Json.pretty(fields));
        } else {
            out.println(String.format(Locale.ROOT, "documents    %,d in %,d sequences",
                    report.documents(), report.sequences()));
            out.println(String.format(Locale.ROOT, "predictions  %,d", report.lossPositions()));
            out.println(String.format(Locale.ROOT, "loss         %.6f nats a prediction", report.meanLoss()));
            out.println(String.format(Locale.ROOT, "perplexity   %.4f", report.perplexity()));
        }
        out.flush();
    }
}
