package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.model.Parameters;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.Evaluation;
import org.plumbline.verification.statistics.Agreement;
import org.plumbline.verification.statistics.Interval;
import org.plumbline.verification.truth.AttributionTask;
import org.plumbline.verification.truth.BregmanResponses;
import org.plumbline.verification.truth.LinearDatamodeling;
import org.plumbline.verification.truth.Retraining;

/** One study from training to report. */
final class TaskRun {
    private static final String LISSA = "LiSSA";
    /** What a step costs beside its arithmetic, which decides for small perceptrons; only progress depends on it. */
    private static final double STEP = 2.5e5;

    private static final double[] FRACTIONS = {0.5, 0.01};

    private final AttributionTask study;
    private final TaskSizes sizes;
    private final long seed;
    private final Compute compute;
    private final StepStore store;
    private final SuiteProgress progress;
    private final Retraining retraining;
    private final Retraining.Start scratch = new Retraining.Start.Scratch();

    TaskRun(
            AttributionTask study, TaskSizes sizes, long seed, Compute compute, StepStore store,
            SuiteProgress progress) {
        this.study = study;
        this.sizes = sizes;
        this.seed = seed;
        this.compute = compute;
        this.store = store;
        this.progress = progress;
        this.retraining = new Retraining(study, compute);
    }

    /** Effects or measurements, as a file holds them. */
    private record Table(double[][] values) {}

    /** How much work all steps of a study are, in parameters times positions and what goes with them. */
    static double work(AttributionTask study, TaskSizes sizes) {
        double trainings = sizes.seeds() * (sizes.pairs() + 1.0) * (1 + continued(study, sizes))
                + FRACTIONS.length * (double) sizes.subsets() * sizes.subsetSeeds()
                + sizes.removalSeeds() * (1.0 + TaskRankings.ESTIMATES.size() * sizes.removalQueries());
        return training(study) * (trainings + sizes.copies().size() * (double) sizes.pairs() * response(study));
    }

    /** The work of one training. */
    private static double training(AttributionTask study) {
        double step = (double) study.recipe().batchSize() * study.training().getFirst().length()
                * study.model().space().size();
        return study.recipe().steps() * (step + STEP);
    }

    private static double continued(AttributionTask study, TaskSizes sizes) {
        return (double) sizes.continuedSteps() / study.recipe().steps();
    }

    /** The work of one response beside that of a training: some twenty gradients of the whole objective. */
    private static double response(AttributionTask study) {
        return 20.0 * study.training().size() / (study.recipe().steps() * study.recipe().batchSize());
    }

    TaskReport run() {
        Parameters initial = study.model().initialize(RandomStreams.of(seed, "parameters", 0));
        Parameters trained = retraining.train(scratch, new int[0], seed);
        Evaluation evaluation = new Evaluation(
                study.model(), study.training(), compute.engine(), Precision.DOUBLE, 8, compute.workers());
        Estimates estimates = new Estimates(study, trained, sizes.damping(), compute);
        SolverCurves curves = new SolverCurves(estimates, sizes.mostPasses(), seed);
        int[] pairs = pairs(estimates);
        List<double[][]> fromScratch = leaveOneOut("scratch", scratch, pairs, 1);
        List<double[][]> goingOn = leaveOneOut("continued",
                new Retraining.Start.Trained(trained, sizes.continuedSteps(), sizes.continuedRate()), pairs,
                continued(study, sizes));
        List<BregmanResponses.Measured> responses = responses(estimates, trained, pairs);
        Ladder ladder = new Ladder();
        ladder.add(Ladder.RETRAINING, "without the sequence, from scratch, mean over " + sizes.seeds() + " seeds",
                mean(fromScratch));
        ladder.add(Ladder.CONTINUED, "the same from the trained parameters, " + sizes.continuedSteps() + " steps",
                mean(goingOn));
        ladder.add(Ladder.COPY, "minimum of the proximal Bregman objective with one copy added, to scale",
                responses.getFirst().added());
        ladder.add(Ladder.RESPONSE, "its derivative: central difference of the least step", responses.getLast().raw());
        estimates.all().forEach(one -> ladder.add(one.name(), one.definition(), one.of(pairs)));
        CostComparison.Comparison cost =
                CostComparison.measure(study, trained, estimates, curves, seed, compute);
        Interval reliability = reliability(fromScratch);
        TaskRankings rankings = new TaskRankings(study, sizes, estimates, seed);
        return new TaskReport(study.name(), study.description(), study.training().size(), study.queries().size(),
                pairs, evaluation.meanLoss(initial), evaluation.meanLoss(trained), estimates.damping().perBlock(),
                estimates.negativeEigenvalues(), ladder.rungs(), reliability,
                ceiling(reliability.estimate(), sizes.seeds()),
                ladder.bySeed(fromScratch.getFirst(), mean(fromScratch.subList(1, sizes.seeds()))),
                stepStudy(responses, estimates.get(Estimates.GAUSS_NEWTON).of(pairs)),
                advantages(ladder, estimates, curves, pairs), datamodeling(estimates),
                rankings.report(removals(rankings), rankings.tailPatch(trained, compute)), curves.curves(),
                cost.equalErrors(), cost.costs());
    }

    /** Half of them those with the largest mean magnitude of the exact score over queries, the others at random. */
    private int[] pairs(Estimates estimates) {
        double[][] raw = estimates.get(Estimates.GAUSS_NEWTON).scores().raw();
        int n = study.training().size();
        int count = Math.min(sizes.pairs(), n);
        double[] magnitude = new double[n];
        for (double[] row : raw) {
            for (int m = 0; m < n; m++) {
                magnitude[m] += Math.abs(row[m]);
            }
        }
        int[] order = IntStream.range(0, n).boxed()
                .sorted((a, b) -> Double.compare(magnitude[b], magnitude[a]))
                .mapToInt(Integer::intValue).toArray();
        int top = count / 2;
        int[] chosen = Arrays.copyOf(order, count);
        int[] others = LinearDatamodeling.sample(n - top, count - top, RandomStreams.of(seed, "pairs", 0));
        for (int i = 0; i < others.length; i++) {
            chosen[top + i] = order[top + others[i]];
        }
        Arrays.sort(chosen);
        return chosen;
    }

    private List<double[][]> leaveOneOut(String name, Retraining.Start start, int[] pairs, double trainings) {
        List<double[][]> effects = new ArrayList<>();
        for (int s = 0; s < sizes.seeds(); s++) {
            long own = seed + s;
            effects.add(measured(name + "-" + own, trainings, pairs.length + 1,
                    told -> retraining.leaveOneOut(start, pairs, own, told)));
        }
        return effects;
    }

    /** What does the work of a step and tells of each part. */
    @FunctionalInterface
    private interface Work {
        double[][] with(IntConsumer told);
    }

    private double[][] measured(String name, double trainings, int parts, Work work) {
        String step = study.name() + "-" + name;
        double part = training(study) * trainings;
        if (store.has(step)) {
            progress.found(part * parts, step);
        }
        return store.step(step, Table.class, () -> new Table(work.with(i -> progress.did(part, step)))).values();
    }

    private List<BregmanResponses.Measured> responses(Estimates estimates, Parameters trained, int[] pairs) {
        BregmanResponses bregman =
                new BregmanResponses(study, trained, estimates.damping(), estimates.exact(), compute);
        List<BregmanResponses.Measured> responses = new ArrayList<>();
        for (int i = 0; i < sizes.copies().size(); i++) {
            double copies = sizes.copies().get(i);
            String step = study.name() + "-response-" + i;
            double part = training(study) * response(study);
            if (store.has(step)) {
                progress.found(part * pairs.length, step);
            }
            responses.add(store.step(step, BregmanResponses.Measured.class,
                    () -> bregman.to(pairs, copies, done -> progress.did(part / 2, step))));
        }
        return responses;
    }

    private static double[][] mean(List<double[][]> tables) {
        double[][] mean = new double[tables.getFirst().length][tables.getFirst()[0].length];
        for (double[][] table : tables) {
            for (int i = 0; i < mean.length; i++) {
                for (int j = 0; j < mean[i].length; j++) {
                    mean[i][j] += table[i][j] / tables.size();
                }
            }
        }
        return mean;
    }

    private Interval reliability(List<double[][]> seeds) {
        int half = seeds.size() / 2;
        return Closeness.of(mean(seeds.subList(0, half)), mean(seeds.subList(half, 2 * half))).pearson();
    }

    /**
     * From the correlation {@code r} of the means of two halves: the mean of {@code k} times as many seeds has
     * reliability {@code R = kr / (1 + (k − 1) r)} (Spearman, 1910; Brown, 1910), and the expectation correlates with
     * it at {@code √R}.
     */
    static double ceiling(double halves, int seeds) {
        double r = Math.max(0, halves);
        double k = (double) seeds / (seeds / 2);
        return Math.sqrt(k * r / (1 + (k - 1) * r));
    }

    private static List<TaskReport.StepPoint> stepStudy(
            List<BregmanResponses.Measured> responses, double[][] formula) {
        return responses.stream()
                .map(one -> new TaskReport.StepPoint(one.copies(),
                        Agreement.relativeError(flat(one.raw()), flat(formula)),
                        Agreement.relativeError(flat(one.added()), flat(formula)),
                        Arrays.stream(one.addedGradientNorm()).max().orElse(0),
                        Arrays.stream(one.removedGradientNorm()).max().orElse(0),
                        Arrays.stream(one.gradients()).average().orElse(0)))
                .toList();
    }

    private static double[] flat(double[][] table) {
        return Arrays.stream(table).flatMapToDouble(Arrays::stream).toArray();
    }

    private List<TaskReport.Advantage> advantages(
            Ladder ladder, Estimates estimates, SolverCurves curves, int[] pairs) {
        double[][] identity = estimates.get(Estimates.IDENTITY).of(pairs);
        SolverCurves.Solver lissa =
                curves.solvers().stream().filter(one -> one.name().equals(LISSA)).findFirst().orElseThrow();
        double[][] products = lissa.after().apply(sizes.mostPasses());
        Estimates.Estimate iterated =
                new Estimates.Estimate(LISSA, lissa.definition(), products, curves.scores(products));
        List<TaskReport.Advantage> advantages = new ArrayList<>();
        for (String reference : List.of(Ladder.RETRAINING, Ladder.RESPONSE, Estimates.GAUSS_NEWTON)) {
            double[][] truth = ladder.effects(reference);
            for (Estimates.Estimate one : List.of(estimates.get(Estimates.EKFAC), iterated)) {
                advantages.add(new TaskReport.Advantage(one.name(), reference,
                        Closeness.of(one.of(pairs), truth).pearson(),
                        Closeness.advantage(one.of(pairs), identity, truth)));
            }
        }
        return advantages;
    }

    private List<TaskReport.Datamodeling> datamodeling(Estimates estimates) {
        int n = study.training().size();
        List<TaskReport.Datamodeling> rows = new ArrayList<>();
        for (double fraction : FRACTIONS) {
            int count = Math.max(1, (int) Math.round(fraction * n));
            int[][] removed = LinearDatamodeling.draw(sizes.subsets(), n, count, seed);
            List<double[][]> measured = new ArrayList<>();
            for (int s = 0; s < sizes.subsetSeeds(); s++) {
                long own = seed + s;
                measured.add(measured("subsets-" + count + "-" + own, 1, removed.length,
                        told -> retraining.measurements(scratch, removed, own, told)));
            }
            for (int seeds : IntStream.of(1, measured.size()).distinct().toArray()) {
                LinearDatamodeling outcomes = new LinearDatamodeling(removed, mean(measured.subList(0, seeds)));
                estimates.all().forEach(one -> rows.add(new TaskReport.Datamodeling(
                        one.name(), (double) count / n, seeds, outcomes.score(one.scores()))));
            }
        }
        return rows;
    }

    private double[][] removals(TaskRankings rankings) {
        int[][] removed = rankings.removed();
        List<double[][]> measured = new ArrayList<>();
        for (int s = 0; s < sizes.removalSeeds(); s++) {
            long own = seed + s;
            measured.add(measured("removal-" + own, 1, removed.length,
                    told -> retraining.measurements(scratch, removed, own, told)));
        }
        return mean(measured);
    }
}
