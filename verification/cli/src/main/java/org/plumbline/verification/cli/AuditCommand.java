package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plumbline.PlumblineException;
import org.plumbline.audit.Audit;
import org.plumbline.audit.AuditReport;
import org.plumbline.audit.ScoreClaims;
import org.plumbline.audit.Verdict;
import org.plumbline.audit.files.BareFactors;
import org.plumbline.audit.files.FactorExport;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.KronfluenceFactors;
import org.plumbline.audit.files.ScoreFiles;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.audit.files.StoreFactors;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plumbline audit}. Exit status: 0 sound, 1 defects found, 2 could not be audited. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        header = "Tell whether another program's factors or scores are right.",
        description = "From files alone: what factors or scores must satisfy whatever the model is. With the model and "
                + "the training sequences: whether they are reproduced, under which convention, and which known "
                + "mistake explains them if not. Exit status: 0 sound, 1 defects found, 2 could not be audited.",
        footer = {
            "",
            "Examples:",
            "  ./plumbline audit factors --kronfluence analyses/a/factors_f",
            "  ./plumbline audit factors --kronfluence analyses/a/factors_f \\",
            "      --model model/ --data data.safetensors#train",
            "  ./plumbline audit scores --kronfluence analyses/a/factors_f \\",
            "      --scores scores.npy --model model/ --data data.safetensors#train \\",
            "      --queries data.safetensors#query"
        })
final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WHAT", description = "factors or scores.")
    private String what;

    @Option(names = "--kronfluence", paramLabel = "DIR",
            description = "Folder of factors as Kronfluence writes it, factors_NAME.")
    private Path kronfluence;

    @Option(names = "--factors", paramLabel = "PATH",
            description = "Factors in another layout: a folder that fit wrote, or a JSON file that says which "
                    + "tensor is which.")
    private Path factors;

    @Option(names = "--scores", paramLabel = "PATH",
            description = "Scores: a folder of Kronfluence, scores_NAME, or a .safetensors or .npy file, "
                    + "[queries, sequences] or [sequences] of self scores.")
    private Path scores;

    @Mixin
    private AuditData data;

    @Option(names = "--module", paramLabel = "NAME=LAYER",
            description = "Layer of the model that a module is, where names and shapes do not tell. Several are "
                    + "allowed.")
    private Map<String, String> modules = new LinkedHashMap<>();

    @Option(names = "--convention", paramLabel = "NAME",
            description = "Convention that the files are said to follow: Kronfluence, Bergson, LogIX, dattri, "
                    + "curvlinops or Plumbline. Default: as the layout says.")
    private String convention;

    @Option(names = "--labels", paramLabel = "NAME",
            description = "Labels that the curvature is said to be taken at: model, expectation or training. "
                    + "Default: as the files say.")
    private String labels;

    @Mixin
    private DampingOptions damping;

    @Option(names = "--export-kronfluence", paramLabel = "DIR",
            description = "Write the factors as Kronfluence would.")
    private Path exportKronfluence;

    @Option(names = "--export-bare", paramLabel = "DIR",
            description = "Write the factors as one safetensors file with a JSON file that says which tensor is which.")
    private Path exportBare;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the report as JSON, such as audit.json.")
    private Path out;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        try (Workers workers = engine.workers()) {
            AuditReport report = audit(new Compute(engine.engine(workers), workers));
            PrintWriter printed = spec.commandLine().getOut();
            printed.print(json ? Json.pretty(report) : report.text());
            printed.flush();
            if (out != null) {
                Json.write(out, report);
            }
            return report.verdict().status();
        } catch (PlumblineException refused) {
            Failures.report(refused, spec.commandLine().getErr());
            return Verdict.NOT_AUDITED.status();
        }
    }

    private AuditReport audit(Compute compute) {
        if (!data.hasModel()) {
            GivenOptions.refuse(spec, "without --model", AuditData.OF_MODEL);
            GivenOptions.refuse(spec, "without --model", "--module", "--labels");
        }
        return switch (what) {
            case "factors" -> factors(compute);
            case "scores" -> scores(compute);
            default -> throw new InputException("found '" + what + "', expected factors or scores");
        };
    }

    private AuditReport factors(Compute compute) {
        GivenOptions.refuse(spec, "with factors: it is about scores",
                "--scores", "--queries", "--damping", "--damping-absolute");
        FactorSet set = read();
        if (exportKronfluence != null) {
            FactorExport.kronfluence(set, exportKronfluence);
        }
        if (exportBare != null) {
            FactorExport.bare(set, exportBare);
        }
        return data.hasModel() ? Audit.factors(set, data.model(compute), modules) : Audit.factors(set);
    }

    private AuditReport scores(Compute compute) {
        GivenOptions.refuse(spec, "with scores: it is about factors",
                "--labels", "--export-kronfluence", "--export-bare");
        if (scores == null) {
            throw new InputException("audit scores needs --scores");
        }
        ScoreSet set = ScoreFiles.read(scores);
        if (!data.hasModel()) {
            GivenOptions.refuse(spec, "without --model",
                    "--kronfluence", "--factors", "--convention", "--damping", "--damping-absolute");
            return Audit.scores(set);
        }
        if (set.self()) {
            GivenOptions.refuse(spec, "with self scores", "--queries");
        } else if (!data.hasQueries()) {
            throw new InputException("audit scores with --model needs --queries");
        }
        FactorSet of = read();
        Optional<DampingRule> said = damping.rule(Strategy.EKFAC);
        return Audit.scores(set, data.model(compute), data.queries(), of,
                new ScoreClaims(said, of.claims().convention().isPresent()), modules);
    }

    private FactorSet read() {
        if ((kronfluence == null) == (factors == null)) {
            throw new InputException("expected factors: one of --kronfluence and --factors");
        }
        FactorSet set = kronfluence != null ? KronfluenceFactors.open(kronfluence)
                : Files.isDirectory(factors) ? StoreFactors.open(factors) : BareFactors.open(factors);
        return set.claiming(Optional.ofNullable(convention).map(Convention::named),
                Optional.ofNullable(labels).map(Convention.Labels::named));
    }
}
