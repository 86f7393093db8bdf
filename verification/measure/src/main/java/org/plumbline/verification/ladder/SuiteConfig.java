package org.plumbline.verification.ladder;

import java.util.List;
import org.plumbline.io.InputException;
import org.plumbline.verification.verify.VerifyConfig;

/**
 * What a suite measures: a transformer, a classifier and a regression.
 *
 * @param name of the preset
 * @param seed of everything random; trainings use it and those that follow
 */
public record SuiteConfig(
        String name, long seed, VerifyConfig transformer, TaskSizes transformerSizes, TableSizes classifier,
        TaskSizes classifierSizes, TableSizes regression, TaskSizes regressionSizes) {

    /** Names of the presets. */
    public static final List<String> PRESETS = List.of("quick", "standard", "full");

    /**
     * The preset of a name.
     *
     * @throws InputException if there is none
     */
    public static SuiteConfig of(String name, long seed) {
        return switch (name) {
            case "quick" -> new SuiteConfig(name, seed,
                    transformer(seed, 96, 8, 200), sizes(8, 2, 24, 8, 1, 2, 1, 512),
                    new TableSizes(96, 10, List.of(8, 8), 200, 16, 1e-2), sizes(16, 2, 24, 12, 1, 4, 1, 512),
                    new TableSizes(96, 10, List.of(8, 8), 200, 16, 1e-2), sizes(16, 2, 24, 12, 1, 4, 1, 512));
            case "standard" -> new SuiteConfig(name, seed,
                    transformer(seed, 128, 10, 400), sizes(20, 8, 48, 40, 2, 5, 1, 1024),
                    table(), sizes(24, 8, 200, 48, 3, 10, 2, 1024),
                    table(), sizes(24, 8, 200, 48, 3, 10, 2, 1024));
            case "full" -> new SuiteConfig(name, seed,
                    VerifyConfig.standard(seed), sizes(48, 20, 160, 60, 3, 10, 3, 1024),
                    table(), sizes(80, 20, 400, 200, 4, 20, 4, 4096),
                    table(), sizes(80, 20, 400, 200, 4, 20, 4, 4096));
            default -> throw new InputException("no suite '" + name + "'; there are " + PRESETS);
        };
    }

    private static VerifyConfig transformer(long seed, int sequences, int queries, int steps) {
        return new VerifyConfig(128, 24, 12, 1, 2, 24, sequences, queries, steps, 16, 1e-2, 0.1, seed);
    }

    private static TableSizes table() {
        return new TableSizes(200, 20, List.of(12, 12), 500, 20, 1e-2);
    }

    private static TaskSizes sizes(
            int pairs, int seeds, int continued, int subsets, int subsetSeeds, int removalQueries, int removalSeeds,
            int mostPasses) {
        return new TaskSizes(pairs, seeds, continued, 0.02, List.of(1.0, 1.0 / 4, 1.0 / 16, 1.0 / 64), subsets,
                subsetSeeds, removalQueries, 10, removalSeeds, 0.02, 0.1, mostPasses);
    }
}
