package org.plumbline.influence;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SubSequences;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.query.ExactQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.InputException;
import org.plumbline.random.RandomStreams;

/**
 * Queries preconditioned by the Gauss–Newton matrix of the training data or of a sample of them, in double precision,
 * and what is certain of their scores.
 */
final class ExactScoring {
    private static final String SAMPLE = "sample of the training data";
    private static final long SEED = 1;

    private final Pipeline pipeline;
    private final Sequences training;
    private final FittedCurvature curvature;
    private final Damping damping;
    private final Function<String, PassListener> begin;

    /**
     * @param pipeline in double precision
     * @param training the sequences that the curvature was fitted on
     * @param curvature preconditions
     * @param damping of the matrix
     */
    ExactScoring(
            Pipeline pipeline, Sequences training, FittedCurvature curvature, Damping damping,
            Function<String, PassListener> begin) {
        this.pipeline = pipeline;
        this.training = training;
        this.curvature = curvature;
        this.damping = damping;
        this.begin = begin;
    }

    /**
     * Solved queries.
     *
     * @param scores of the candidates with their bounds, if they were to be certified
     * @param sampling what the sample puts them off by, if there was one
     */
    record Result(Queries queries, Optional<CertifiedScores> scores, Optional<SamplingError> sampling) {}

    /**
     * Solves, and certifies if the settings say so.
     *
     * @param candidates whose scores are certified, or compared between the halves of a sample
     */
    Result run(PromptedQueries queries, Sequences candidates, SolveSettings settings) {
        int[] sample = sample(settings);
        ExactQueries exact = over(sample, queries);
        Optional<CertifiedScan.Result> certified = settings.certify().isEmpty() ? Optional.empty()
                : Optional.of(new CertifiedScan(pipeline, candidates, exact, begin).run(settings, training.size()));
        Queries solved = certified.map(CertifiedScan.Result::queries)
                .orElseGet(() -> exact.queries(exact.solve(settings, begin.apply("solve"))));
        Optional<CertifiedScores> scores = certified.map(CertifiedScan.Result::scores);
        return new Result(solved, scores, settings.sample().isEmpty() ? Optional.empty()
                : Optional.of(samplingError(sample, queries, candidates, settings,
                        scores.map(CertifiedScores::raw).orElseGet(() -> scores(solved, candidates)))));
    }

    private ExactQueries over(int[] numbers, PromptedQueries queries) {
        return new ExactQueries(pipeline, numbers.length == training.size() ? training
                : new SubSequences(training, numbers), curvature, damping, queries.examples());
    }

    /** Without replacement, in an order that says nothing of the corpus', so that its halves are samples too. */
    private int[] sample(SolveSettings settings) {
        int size = settings.sample().orElse(training.size());
        if (size > training.size()) {
            throw new InputException("sample: found " + size + ", expected at most the "
                    + training.size() + " training sequences");
        }
        return settings.sample().isEmpty() ? IntStream.range(0, size).toArray() : Arrays.copyOf(
                RandomStreams.permutation(RandomStreams.of(SEED, SAMPLE, 0), training.size()), size);
    }

    private SamplingError samplingError(
            int[] sample, PromptedQueries queries, Sequences candidates, SolveSettings settings, double[][] ofSample) {
        int half = sample.length / 2;
        return SamplingError.of(sample.length, training.size(), ofSample,
                scores(half(Arrays.copyOf(sample, half), queries, settings), candidates),
                scores(half(Arrays.copyOfRange(sample, half, 2 * half), queries, settings), candidates));
    }

    private Queries half(int[] numbers, PromptedQueries queries, SolveSettings settings) {
        ExactQueries exact = over(numbers, queries);
        return exact.queries(exact.solve(settings, begin.apply("half of the sample")));
    }

    private double[][] scores(Queries queries, Sequences candidates) {
        return ScanPass.pairwise(pipeline, queries, TokenScores.NONE).totals(candidates, begin.apply("scan"));
    }
}
