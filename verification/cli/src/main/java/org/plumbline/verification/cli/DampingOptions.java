package org.plumbline.verification.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.Strategy;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options about damping. */
final class DampingOptions {
    private static final String RELATIVE = "--damping";
    private static final String ABSOLUTE = "--damping-absolute";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = RELATIVE, paramLabel = "X",
            description = "Damping, as a multiple of each layer's mean eigenvalue. Default: 0.1 for fit, otherwise as "
                    + "fitted.")
    private Double relative;

    @Option(names = ABSOLUTE, paramLabel = "X|FILE",
            description = "Damping as a number, or a JSON file with a number for the name of each layer.")
    private String absolute;

    /**
     * What was asked for, if anything.
     *
     * @throws InputException if both were, one is malformed, or the strategy has no damping
     */
    Optional<DampingRule> rule(Strategy strategy) {
        if (strategy == Strategy.IDENTITY) {
            GivenOptions.refuse(command, "with the strategy identity, which has no damping", RELATIVE, ABSOLUTE);
        }
        if (relative != null && absolute != null) {
            throw new InputException(RELATIVE + " means nothing with " + ABSOLUTE + ", which takes its place");
        }
        if (relative != null) {
            require(RELATIVE + " " + relative, relative);
            return Optional.of(new DampingRule.Relative(relative));
        }
        return Optional.ofNullable(absolute).map(DampingOptions::absolute);
    }

    private static DampingRule absolute(String given) {
        try {
            double lambda = Double.parseDouble(given);
            require(ABSOLUTE + " " + given, lambda);
            return new DampingRule.Absolute(lambda);
        } catch (NumberFormatException e) {
            Path file = Path.of(given);
            if (!Files.exists(file)) {
                throw new InputException(
                        ABSOLUTE + " '" + given + "': this is neither a number nor a file that exists", e);
            }
            SequencedMap<String, Double> lambdas = new LinkedHashMap<>();
            Json.read(file, Lambdas.class).damping().forEach((layer, lambda) -> {
                require(file + ": layer '" + layer + "'", lambda);
                lambdas.put(layer, lambda);
            });
            return new DampingRule.PerLayer(lambdas);
        }
    }

    /** The file of {@code --damping-absolute}. */
    record Lambdas(SequencedMap<String, Double> damping) {}

    private static void require(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new InputException(what + " is out of range: expected a number of at least 0");
        }
    }
}
