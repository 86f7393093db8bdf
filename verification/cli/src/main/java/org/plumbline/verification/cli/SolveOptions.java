package org.plumbline.verification.cli;

import java.util.OptionalDouble;
import org.plumbline.curvature.Strategy;
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

    /**
     * What was asked for.
     *
     * @throws InputException if an option is out of range or means nothing beside others
     */
    SolveSettings settings(FactorOptions factors) {
        if (factors.strategy() == Strategy.IDENTITY) {
            GivenOptions.refuse(command, "with factors of the strategy identity, which has no damping",
                    "--tolerance", "--products", "--certify", "--solver");
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
            GivenOptions.refuse(command, "with --solver closed, which does not iterate", "--tolerance");
            if (certify == null) {
                GivenOptions.refuse(command, "without a solver or --certify, for nothing iterates", "--products");
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
        return new SolveSettings(kind, tolerance, products,
                certify == null ? OptionalDouble.empty() : OptionalDouble.of(certify));
    }
}
