package org.plumbline.verification.cli;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.plumbline.curvature.Strategy;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.query.Solver;
import org.plumbline.io.InputException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options about exact products over the training data. */
final class SolveOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--solver", paramLabel = "NAME", defaultValue = "closed",
            description = "What preconditions a query: closed (the inverse of the factors); or the exact Gauss-Newton "
                    + "matrix of the training data with the damping of the factors, by cg (conjugate gradients) or "
                    + "astra, both preconditioned by the factors, or lissa.")
    private String solver;

    @Option(names = "--tolerance", paramLabel = "X", defaultValue = "1e-3",
            description = "Relative residual at which cg, astra and lissa stop.")
    private double tolerance;

    @Option(names = "--products", paramLabel = "N", defaultValue = "1000",
            description = "Passes over the training data at most, for cg, astra or lissa and again for --certify.")
    private int products;

    @Option(names = "--certify", paramLabel = "FRACTION",
            description = "Refine the solver's answer until no score is off from that of the exact Gauss-Newton matrix "
                    + "by more than this fraction of the root mean square of its query's scores, and write the bound "
                    + "of each. In double precision.")
    private Double certify;

    @Option(names = "--sample", paramLabel = "N",
            description = "Make exact products over this many of the training sequences instead of all, drawn without "
                    + "replacement, and print how far that puts scores off. Needs a solver that iterates.")
    private Integer sample;

    @Option(names = "--training", paramLabel = "PATH",
            description = "The data of the factors, where --data is something else: exact products are over them. Read "
                    + "and cut as --data is.")
    private String training;

    /** The data of the factors, if they are not those that are scored; the caller closes them. */
    @Nullable TokenizedCorpus training(FactorOptions factors, ModelFolder folder) {
        return training == null ? null : factors.corpus(training, folder);
    }

    /**
     * What was asked for.
     *
     * @throws InputException if an option is out of range or means nothing beside others
     */
    SolveSettings settings(FactorOptions factors) {
        if (factors.strategy() == Strategy.IDENTITY) {
            GivenOptions.refuse(command, "with factors of the strategy identity, which has no damping",
                    "--tolerance", "--products", "--certify", "--sample", "--training", "--solver");
        }
        Solver kind = switch (solver) {
            case "closed" -> Solver.CLOSED;
            case "cg" -> Solver.CG;
            case "astra" -> Solver.ASTRA;
            case "lissa" -> Solver.LISSA;
            default -> throw new InputException(
                    "--solver '" + solver + "' is unknown: expected closed, cg, astra or lissa");
        };
        if (kind == Solver.CLOSED) {
            GivenOptions.refuse(command, "with --solver closed, which does not iterate", "--tolerance", "--sample");
            if (certify == null) {
                GivenOptions.refuse(command, "without a solver or --certify, for nothing iterates",
                        "--products", "--training");
            }
        } else if (GivenOptions.has(command, "--rank") || GivenOptions.has(command, "--aggregate")
                || GivenOptions.has(command, "--query-store")) {
            GivenOptions.refuse(command, "with --solver " + solver + ": queries are whole, each by itself",
                    "--rank", "--aggregate", "--query-store");
        }
        if (certify != null) {
            GivenOptions.refuse(command, "with --certify: queries are whole, each by itself",
                    "--rank", "--aggregate", "--query-store");
        }
        if (training != null && factors.scores(training)) {
            throw new InputException("--training " + training + ": found the path of --data, expected --training only "
                    + "where other sequences than those of the training data are scored");
        }
        SolveSettings settings = new SolveSettings(kind, tolerance, products,
                certify == null ? OptionalDouble.empty() : OptionalDouble.of(certify));
        return sample == null ? settings : settings.withSample(sample);
    }
}
