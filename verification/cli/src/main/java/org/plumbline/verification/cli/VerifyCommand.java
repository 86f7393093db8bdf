package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.StoreFolder;
import org.plumbline.train.ProgressLine;
import org.plumbline.verification.ladder.ResultsPage;
import org.plumbline.verification.ladder.SuiteConfig;
import org.plumbline.verification.ladder.SuiteReport;
import org.plumbline.verification.ladder.SuiteRun;
import org.plumbline.verification.report.PageWriter;
import org.plumbline.verification.verify.VerifyConfig;
import org.plumbline.verification.verify.VerifyData;
import org.plumbline.verification.verify.VerifyExport;
import org.plumbline.verification.verify.VerifyReport;
import org.plumbline.verification.verify.VerifyRun;
import org.plumbline.verification.verify.VerifyTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plumbline verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Measure the error of each estimator against exact influence.",
        description = "Trains a small transformer on a text, computes the exact influence of its training sequences on "
                + "queries, and prints how far each estimator is from it. --suite runs the error ladder instead: from "
                + "retraining over the proximal Bregman response to every estimate, on a transformer, a classifier "
                + "and a regression.",
        footer = {
            "",
            "Example:",
            "  ./plumbline verify --text shakespeare.txt --out results/",
            "  ./plumbline verify --suite standard --out results/"
        })
final class VerifyCommand implements Callable<Integer> {

    private static final String REPORT = "report";
    private static final String REPORT_FILE = "report.json";
    private static final Set<String> WITH_SUITE = Set.of("--suite", "--seed", "--out", "--engine", "--threads");

    @Spec
    private CommandSpec spec;

    @Option(names = "--text", paramLabel = "FILE", description = "UTF-8 text to train on. Default: a bundled corpus.")
    private Path text;

    @Option(names = "--corpus", paramLabel = "NAME", defaultValue = "harbor",
            description = "Name of the bundled corpus to train on.")
    private String corpus;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder to write report.json to: an empty one, or that of the same run.")
    private Path out;

    @Option(names = "--export", paramLabel = "DIR",
            description = "New folder for the model, the data, the queries, the damping and the scores of each row, in "
                    + "the formats of fit and scores.")
    private Path export;

    @Option(names = "--html", paramLabel = "FILE",
            description = "Page to write: one file of HTML that needs no network; a new one, or a page that it "
                    + "replaces.")
    private Path html;

    @Option(names = "--quick", description = "Use a smaller model and less text.")
    private boolean quick;

    @Option(names = "--certify", paramLabel = "FRACTION", arity = "0..1", fallbackValue = "0.01",
            description = "Print guaranteed error bounds for every estimator, not only for the iterative ones. "
                    + "Products are refined until no refined score is off by more than this fraction of the root mean "
                    + "square of its query's scores, or after 128 products a query. Default without a value: 0.01.")
    private Double certify;

    @Option(names = "--suite", paramLabel = "NAME",
            description = "Run the error ladder: quick, standard (about two minutes on two cores) or full (twenty "
                    + "minutes). With --out it writes report.json and results.md, and continues where it stopped.")
    private String suite;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of everything that is random.")
    private long seed;

    @Mixin
    private EngineOptions engine;

    @Mixin
    private SizeOptions sizes;

    @Override
    public Integer call() {
        if (suite != null) {
            return suite();
        }
        if (text != null) {
            GivenOptions.refuse(spec, "with --text, which takes its place", "--corpus");
            GivenOptions.refuse(spec, "with --text, whose sequences begin and end within words: a tokenizer reads them "
                    + "otherwise when they stand alone", "--export");
        }
        if (certify != null && !(certify > 0 && certify <= 1)) {
            throw new InputException("--certify " + certify + ": expected a fraction above 0 and at most 1");
        }
        if (html != null) {
            PageWriter.require(html);
        }
        VerifyConfig config = sizes.applyTo(quick ? VerifyConfig.quick(seed) : VerifyConfig.standard(seed));
        if (out == null) {
            VerifyTable.print(result(config), spec.commandLine().getOut());
            return 0;
        }
        try (StoreFolder store = StoreFolder.claim(out, REPORT, identity(config))) {
            VerifyReport result = result(config);
            write(store, Map.of(REPORT_FILE, Json.pretty(result)));
            VerifyTable.print(result, spec.commandLine().getOut());
        }
        return 0;
    }

    private VerifyReport result(VerifyConfig config) {
        PrintWriter err = spec.commandLine().getErr();
        Optional<VerifyExport> exported = Optional.ofNullable(export).map(VerifyExport::into);
        try (Workers workers = engine.workers()) {
            Compute compute = new Compute(engine.engine(workers), workers);
            VerifyData data = text == null ? VerifyData.ofCorpus(corpus, config) : VerifyData.ofText(text, config);
            VerifyRun run = new VerifyRun(config, data, compute,
                    new ProgressLine(err, Duration.ofSeconds(1)), line -> {
                        err.println(line);
                        err.flush();
                    });
            OptionalDouble fraction = certify == null ? OptionalDouble.empty() : OptionalDouble.of(certify);
            VerifyReport result = run.run(Main.version(), fraction, exported);
            if (html != null) {
                PageWriter.write(html, PageWriter.html(result, CommandText.of(spec)));
            }
            return result;
        }
    }

    private SequencedMap<String, String> identity(VerifyConfig config) {
        SequencedMap<String, String> identity = identity();
        identity.putAll(Json.components(config));
        identity.put("data", text == null ? corpus : Hashes.sha256(text));
        identity.put("certify", certify == null ? "none" : certify.toString());
        return identity;
    }

    private SequencedMap<String, String> identity() {
        return new LinkedHashMap<>(Map.of("version", Main.version(), "engine", engine.name()));
    }

    /** All files, or none; a report that is finished stays as it is. */
    private void write(StoreFolder store, Map<String, String> files) {
        if (store.isComplete()) {
            spec.commandLine().getErr().println(out + ": the report of this run is there, and was left as it is");
            return;
        }
        store.begin();
        files.forEach((name, content) -> store.put(name, file -> AtomicFiles.write(
                file, stream -> stream.write(content.getBytes(StandardCharsets.UTF_8)))));
        store.commit(Map.of(), true);
    }

    private int suite() {
        spec.commandLine().getParseResult().matchedOptions().stream()
                .map(option -> option.longestName())
                .filter(name -> !WITH_SUITE.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ParameterException(spec.commandLine(),
                            name + " does not go with --suite, which has its own data and sizes");
                });
        SuiteConfig config = SuiteConfig.of(suite, seed);
        if (out == null) {
            print(ResultsPage.of(result(config)));
            return 0;
        }
        SequencedMap<String, String> identity = identity();
        identity.put("suite", suite);
        identity.put("seed", Long.toString(seed));
        try (StoreFolder store = StoreFolder.write(out, REPORT, identity)) {
            SuiteReport result = result(config);
            String page = ResultsPage.of(result);
            write(store, Map.of(REPORT_FILE, Json.pretty(result), "results.md", page));
            print(page);
        }
        return 0;
    }

    private SuiteReport result(SuiteConfig config) {
        PrintWriter err = spec.commandLine().getErr();
        try (Workers workers = engine.workers()) {
            Compute compute = new Compute(engine.engine(workers), workers);
            return new SuiteRun(config, compute, Optional.ofNullable(out), line -> {
                err.println(line);
                err.flush();
            }).run(Main.version());
        }
    }

    private void print(String page) {
        spec.commandLine().getOut().print(page);
        spec.commandLine().getOut().flush();
    }
}
