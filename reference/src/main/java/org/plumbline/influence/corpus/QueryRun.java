package org.plumbline.influence.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.batch.NonFiniteException;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SubSequences;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.ranking.Normalization;
import org.plumbline.influence.ranking.RankIntervals;
import org.plumbline.influence.ranking.Ranking;
import org.plumbline.influence.ranking.Sparsity;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.Example;
import org.plumbline.text.Tokenizer;
import org.plumbline.train.Evaluation;

/** One query: precondition, filter, scan, rank, and score the tokens of the sequences that are shown. */
public final class QueryRun {
    /** Candidates that the median of self-influence is taken of, at most. */
    private static final int SAMPLE = 512;

    private final Pipeline pipeline;
    private final TokenizedCorpus corpus;
    private final InverseCurvature inverse;
    private final Preconditioning preconditioning;
    private final PassListener listener;

    public QueryRun(
            Pipeline pipeline, TokenizedCorpus corpus, InverseCurvature inverse, Preconditioning preconditioning,
            PassListener listener) {
        this.pipeline = pipeline;
        this.corpus = corpus;
        this.inverse = inverse;
        this.preconditioning = preconditioning;
        this.listener = listener;
    }

    /** How the gradient of a query is preconditioned, for some candidates. */
    @FunctionalInterface
    public interface Preconditioning {
        Preconditioned of(PromptedQuery query, Sequences candidates);

        /** By an inverse that is at hand. */
        static Preconditioning by(Pipeline pipeline, InverseCurvature inverse, int rank) {
            return (query, _) -> new Preconditioned(new QueryPass(pipeline, inverse)
                    .run(List.of(query.example()), rank, Aggregation.NONE), Optional.empty(), Optional.empty());
        }
    }

    /**
     * A preconditioned query.
     *
     * @param bounds of the scores of the candidates, if they are certified
     * @param sampled how far a sample of the training data puts the scores off, if there was one
     */
    public record Preconditioned(Queries queries, Optional<Bounds> bounds, Optional<SampledScores> sampled) {}

    /**
     * What is certified of the scores of all candidates.
     *
     * @param bounds of each score
     * @param ranks of the scores, largest first
     */
    public record Bounds(double[] bounds, RankIntervals ranks, double fraction, int products) {}

    /**
     * Runs one query.
     *
     * @param related how the sequences are related to the training data
     * @param origin what the scores belong to, for the report
     */
    public InfluenceReport run(
            PromptedQuery query, QuerySettings settings, Candidates related, SequencedMap<String, String> origin) {
        return answer(query, settings, related, origin).report();
    }

    /** As {@link #run}, with the scores of all sequences that were scanned. */
    public InfluenceAnswer answer(
            PromptedQuery query, QuerySettings settings, Candidates related, SequencedMap<String, String> origin) {
        int[] all = IntStream.range(0, corpus.sequences().size()).toArray();
        int[] candidates = settings.filter().candidates(corpus.sequences(), query.tokens());
        Preconditioned preconditioned =
                preconditioning.of(query, new SubSequences(corpus.sequences(), candidates));
        Queries queries = preconditioned.queries();
        int top = settings.top();
        double[] scores = scores(queries, candidates);
        Ranking ranking = Ranking.of(scores, candidates, top);
        Double measured = settings.recall()
                ? Ranking.recall(Ranking.of(scores(queries, all), all, top).positive(), ranking.positive()) : null;
        int[] shown = Stream.concat(ranking.positive().stream(), ranking.negative().stream())
                .mapToInt(Ranking.Entry::sequence).toArray();
        double[][] tokens = tokenScores(queries, shown, TokenScores.GRADIENT);
        double[][] none = new double[shown.length][0];
        double[][] predicted = settings.outputTokens() ? tokenScores(queries, shown, TokenScores.OUTPUT) : none;
        double[][] read = settings.inputTokens() ? tokenScores(queries, shown, TokenScores.INPUT) : none;
        Map<Integer, List<DocumentPart>> parts = corpus.parts(shown);
        double median = Normalization.median(selfInfluence(sample(candidates)));
        double[] self = selfInfluence(shown);
        int positives = ranking.positive().size();
        double truncation = Arrays.stream(queries.truncation()[0]).max().orElse(0);
        InfluenceReport report = new InfluenceReport(
                InfluenceReport.SIGN, query.text().prompt(), query.text().completion(),
                query.border(), logProbability(query), related, candidates.length,
                settings.filter().describe(), measured, ranking.positiveTotal(), ranking.negativeTotal(),
                truncation, origin, preconditioned.bounds()
                        .map(found -> CertifiedRanking.of(ranking, candidates, found.bounds(), found.ranks(),
                                found.fraction(), found.products()))
                        .orElse(null),
                preconditioned.sampled().orElse(null),
                entries(related, ranking.positive(), 0, tokens, predicted, read, parts,
                        normalized(ranking.positive(), Arrays.copyOf(self, positives), median)),
                entries(related, ranking.negative(), positives, tokens, predicted, read, parts, normalized(
                        ranking.negative(), Arrays.copyOfRange(self, positives, self.length), median)));
        return new InfluenceAnswer(report, candidates, scores, queries);
    }

    private double[] scores(Queries queries, int[] numbers) {
        return ScanPass.pairwise(pipeline, queries, TokenScores.NONE)
                .totals(new SubSequences(corpus.sequences(), numbers), listener)[0];
    }

    private double[][] tokenScores(Queries queries, int[] numbers, TokenScores kind) {
        double[][] tokens = new double[numbers.length][];
        if (numbers.length > 0) {
            ScanPass.pairwise(pipeline, queries, kind).run(new SubSequences(corpus.sequences(), numbers),
                    part -> System.arraycopy(part.tokens(), 0, tokens, part.from(), part.sequences()),
                    PassListener.NONE);
        }
        return tokens;
    }

    /** Some of the candidates, from the first to the last at even distances. */
    private static int[] sample(int[] candidates) {
        int size = Math.min(SAMPLE, candidates.length);
        return IntStream.range(0, size).map(i -> candidates[(int) ((long) i * candidates.length / size)]).toArray();
    }

    private double[] selfInfluence(int[] numbers) {
        return numbers.length == 0 ? new double[0] : ScanPass.self(pipeline, inverse)
                .totals(new SubSequences(corpus.sequences(), numbers), PassListener.NONE)[0];
    }

    private static Normalization[] normalized(List<Ranking.Entry> ranking, double[] self, double median) {
        return Normalization.of(ranking.stream().mapToDouble(Ranking.Entry::raw).toArray(), self, median);
    }

    private double logProbability(PromptedQuery query) {
        List<Example> example = List.of(query.example());
        double loss = new Evaluation(pipeline.model(), example, pipeline.compute().engine(), pipeline.precision(), 1,
                pipeline.compute().workers()).losses(pipeline.parameters())[0];
        if (!Double.isFinite(loss)) {
            throw new NonFiniteException("log-probability of the query", -loss, pipeline.precision());
        }
        return -loss;
    }

    private List<InfluenceReport.Ranked> entries(
            Candidates related, List<Ranking.Entry> ranking, int from, double[][] tokens, double[][] predicted,
            double[][] read, Map<Integer, List<DocumentPart>> parts, Normalization[] normalized) {
        Tokenizer tokenizer = corpus.tokenizer().tokenizer();
        List<InfluenceReport.Ranked> entries = new ArrayList<>();
        for (int i = 0; i < ranking.size(); i++) {
            Ranking.Entry entry = ranking.get(i);
            int[] ids = corpus.sequences().tokens(entry.sequence());
            double[] cells = Arrays.copyOf(tokens[from + i], ids.length - 1);
            double sparsity = Sparsity.ratio(cells);
            List<DocumentPart> documents = parts.get(entry.sequence());
            entries.add(new InfluenceReport.Ranked(i + 1, entry.sequence(),
                    documents, entry.raw(), entry.raw() / related.training(), entry.share(), sparsity,
                    sparsity > Sparsity.SPURIOUS, normalized[i], tokenizer.decode(ids),
                    Arrays.stream(ids).mapToObj(tokenizer::token).toList(), cells, predicted[from + i],
                    read[from + i]));
        }
        return entries;
    }
}
