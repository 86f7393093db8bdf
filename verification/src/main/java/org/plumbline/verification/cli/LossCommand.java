package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.pretrained.PretrainedModel;
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
        description = {
            "Computes a model's loss and perplexity on a text, to compare with numbers from elsewhere.",
            "Each document is read from its beginning, without tokens that it does not have; its first token is not predicted."
        },
        footer = {"", "Example:", "  ./plumbline loss --model models/pythia-70m --data texts.jsonl"})
final class LossCommand implements Callable<Integer> {

    private static final long PROGRESS_NANOS = 1_000_000_000;

    private long lastLine = System.nanoTime();

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR", required = true,
            description = "Model folder: config.json and model.safetensors, or shards with an index.")
    private Path model;

    @Mixin
    private CorpusOptions corpus;

    @Option(names = "--precision", paramLabel = "single|double", defaultValue = "single", description = "Of all arithmetic.")
    private String precision;

    @Option(names = "--sequences", paramLabel = "N", description = "Reads no more sequences than this. Default: all.")
    private Long sequences;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        Precision format = precision();
        if (sequences != null && sequences < 1) {
            throw new InputException("--sequences " + sequences + " is out of range: expected at least 1");
        }
        // What is quick to find out comes before the weights are read.
        DocumentSource source = corpus.source();
        Tokenizer tokenizer = corpus.tokenizer(model);
        Packing packing = corpus.packing(PretrainedModel.architecture(model).maximumLength());
        try (Workers workers = engine.workers()) {
            Compute compute = new Compute(engine.engine(workers), workers);
            CorpusLoss loss = new CorpusLoss(PretrainedModel.load(model, format), compute);
            print(loss.of(source, tokenizer, packing, sequences == null ? Long.MAX_VALUE : sequences, this::progress));
        }
        return 0;
    }

    private Precision precision() {
        return switch (precision) {
            case "single" -> Precision.SINGLE;
            case "double" -> Precision.DOUBLE;
            default -> throw new InputException("--precision '" + precision + "': expected single or double");
        };
    }

    private void progress(LossReport report) {
        long now = System.nanoTime();
        if (now - lastLine < PROGRESS_NANOS) {
            return;
        }
        lastLine = now;
        PrintWriter err = spec.commandLine().getErr();
        err.println(String.format(Locale.ROOT, "%,d sequences, %,d predictions, %.4f nats each so far", report.sequences(),
                report.lossPositions(), report.meanLoss()));
        err.flush();
    }

    private void print(LossReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("documents", report.documents());
            fields.put("sequences", report.sequences());
            fields.put("lossPositions", report.lossPositions());
            fields.put("totalLoss", report.totalLoss());
            fields.put("meanLoss", report.meanLoss());
            fields.put("perplexity", report.perplexity());
            out.print(Json.pretty(fields));
        } else {
            out.println(String.format(Locale.ROOT, "documents    %,d in %,d sequences", report.documents(), report.sequences()));
            out.println(String.format(Locale.ROOT, "predictions  %,d", report.lossPositions()));
            out.println(String.format(Locale.ROOT, "loss         %.6f nats a prediction", report.meanLoss()));
            out.println(String.format(Locale.ROOT, "perplexity   %.4f", report.perplexity()));
        }
        out.flush();
    }
}
