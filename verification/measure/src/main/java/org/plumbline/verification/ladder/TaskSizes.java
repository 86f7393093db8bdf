package org.plumbline.verification.ladder;

import java.util.List;
import org.plumbline.io.InputException;

/**
 * How much is measured in one study.
 *
 * @param pairs number of training sequences whose effect on every query is measured
 * @param seeds trainings from scratch for each of them
 * @param continuedSteps steps of a training that goes on from the trained parameters
 * @param continuedRate its learning rate
 * @param copies step sizes {@code εN} of the proximal Bregman response, the first of them one copy
 * @param subsets for each removed fraction of the linear datamodeling score
 * @param subsetSeeds trainings for each subset
 * @param removalQueries queries whose highest-ranked sequences are removed
 * @param removalCount number of sequences removed together
 * @param removalSeeds trainings for each removal
 * @param patchRate learning rate of the tail patch
 * @param damping {@code λ_ℓ} as a multiple of the mean eigenvalue of layer {@code ℓ}'s exact block
 * @param mostPasses passes over the sequences after which iterative solvers are given up
 */
public record TaskSizes(
        int pairs, int seeds, long continuedSteps, double continuedRate, List<Double> copies, int subsets,
        int subsetSeeds, int removalQueries, int removalCount, int removalSeeds, double patchRate, double damping,
        int mostPasses) {

    /**
     * @throws InputException if a size is out of range
     */
    public TaskSizes {
        copies = List.copyOf(copies);
        require("pairs", pairs, 4);
        require("seeds", seeds, 2);
        require("subsets", subsets, 4);
        require("subset seeds", subsetSeeds, 1);
        require("queries for removal", removalQueries, 2);
        require("removed sequences", removalCount, 1);
        require("removal seeds", removalSeeds, 1);
        require("step sizes", copies.size(), 1);
        require("passes of a solver", mostPasses, 1);
    }

    private static void require(String what, int value, int least) {
        if (value < least) {
            throw new InputException(what + " " + value + " is out of range: expected at least " + least);
        }
    }
}
