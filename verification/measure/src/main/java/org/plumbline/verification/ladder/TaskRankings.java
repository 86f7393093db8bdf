package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.plumbline.engine.Compute;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;
import org.plumbline.verification.statistics.MeanInterval;
import org.plumbline.verification.truth.AttributionTask;
import org.plumbline.verification.truth.LinearDatamodeling;
import org.plumbline.verification.truth.TailPatch;

/** What becomes of a query when the sequences that an estimate ranks highest are removed, or trained on once more. */
final class TaskRankings {
    /** Whose rankings are tried; the last is a random choice. */
    static final List<String> ESTIMATES =
            List.of(Estimates.GAUSS_NEWTON, Estimates.EKFAC, Estimates.IDENTITY, "random");

    private static final double CONFIDENCE = 0.95;

    private final AttributionTask study;
    private final TaskSizes sizes;
    private final Estimates estimates;
    private final long seed;
    private final int queries;

    TaskRankings(AttributionTask study, TaskSizes sizes, Estimates estimates, long seed) {
        this.study = study;
        this.sizes = sizes;
        this.estimates = estimates;
        this.seed = seed;
        this.queries = Math.min(sizes.removalQueries(), study.queries().size());
    }

    /** The sequences to remove in each training: none at first, then for each query those of each estimate. */
    int[][] removed() {
        List<int[]> removed = new ArrayList<>(List.of(new int[0]));
        for (int q = 0; q < queries; q++) {
            for (String name : ESTIMATES) {
                removed.add(top(name, q));
            }
        }
        return removed.toArray(int[][]::new);
    }

    private int[] top(String name, int query) {
        int count = Math.min(sizes.removalCount(), study.training().size());
        if (name.equals(ESTIMATES.getLast())) {
            RandomGenerator random = RandomStreams.of(seed, "removal", query);
            return LinearDatamodeling.sample(study.training().size(), count, random);
        }
        return estimates.get(name).scores().mostPositive(query, count);
    }

    /** {@code [queries][sequences]}. */
    double[][] tailPatch(Parameters trained, Compute compute) {
        return TailPatch.measure(study, trained, sizes.patchRate(), compute);
    }

    /**
     * The rows of the report.
     *
     * @param measured {@code f} of every query after each training of {@link #removed}
     */
    List<TaskReport.Ranking> report(double[][] measured, double[][] tailPatch) {
        List<TaskReport.Ranking> rows = new ArrayList<>();
        for (int e = 0; e < ESTIMATES.size(); e++) {
            double[] drop = new double[queries];
            double[] patch = new double[queries];
            for (int q = 0; q < queries; q++) {
                int query = q;
                drop[q] = measured[0][q] - measured[1 + q * ESTIMATES.size() + e][q];
                patch[q] = Arrays.stream(top(ESTIMATES.get(e), q)).mapToDouble(m -> tailPatch[query][m]).average()
                        .orElseThrow();
            }
            rows.add(new TaskReport.Ranking(ESTIMATES.get(e), MeanInterval.of(drop, CONFIDENCE),
                    MeanInterval.of(patch, CONFIDENCE)));
        }
        return rows;
    }
}
