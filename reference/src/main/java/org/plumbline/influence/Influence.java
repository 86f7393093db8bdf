package org.plumbline.influence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SubSequences;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DampingRule;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.influence.corpus.Candidates;
import org.plumbline.influence.corpus.CorpusTables;
import org.plumbline.influence.corpus.InfluenceAnswer;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QueryRun;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.corpus.ScalePlan;
import org.plumbline.influence.corpus.ScanSettings;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.ranking.ScoreNormalization;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.influence.store.QueryStore;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.Folders;
import org.plumbline.io.InputException;
import org.plumbline.io.Npy;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.text.DocumentSource;

/**
 * Which sequences of a corpus made a model say this? The front door of the library: from a model folder and a corpus
 * to a ranking.
 *
 * <pre>{@code
 * try (Influence influence = Influence.open(Path.of("model"), "corpus.jsonl")) {
 *     influence.fit(Path.of("factors"));
 *     for (var entry : influence.query("otto lives by the", " stone bridge").positive()) {
 *         System.out.printf("%+.4f  %s%n", entry.perCopy(), entry.text());
 *     }
 * }
 * }</pre>
 *
 * <p>Scores are {@code raw = −∇fᵀ (C + λ)⁻¹ ∇L} (Grosse et al., 2023, eq. 9 and 25), with {@code f} the
 * log-probability of the query's completion: positive means that adding the sequence makes the completion more
 * probable, and one added copy changes {@code f} by {@code raw / N} nats to first order, {@code N} the number of
 * sequences that the curvature was fitted on. A corpus with other sequences is scored as what could be added
 * ({@link #candidates}).
 *
 * <p>Curvature and scores are kept in stores. A store says what it was made from and refuses anything else; a call
 * that was interrupted or canceled continues from what its store holds, with the same result to the last bit. One
 * thread at a time may use an instance; the work itself uses as many threads as the builder was given.
 */
public final class Influence implements AutoCloseable {
    /** EK-FAC at one sampled label a position, with a damping of 0.1 times the mean eigenvalue of each layer. */
    public static final FitSettings DEFAULT_FIT = new FitSettings(
            Strategy.EKFAC, 1, new FisherLabels.Sampled(1, 1), 0.1, Duration.ofSeconds(20));

    private static final String QUERY_STORE = "queries";
    private static final String SELF = "gᵀ(C + λ)⁻¹g of the gradient g of the sequence's loss";
    /** Folder in that of the scores for what is certain of them. */
    public static final String CERTIFICATE = "certificate";
    /** File in the folder of the scores for what a sample of the training data puts them off by. */
    public static final String SAMPLING = "sampling.json";
    /** Folder in that of the scores for normalized ones. */
    public static final String NORMALIZED = "normalized";
    /** Labels that memory of a scan is planned for; a scan draws none. */
    private static final FisherLabels NO_DRAWS = new FisherLabels.Sampled(0, 1);

    private final TokenizedCorpus corpus;
    private final TokenizedCorpus training;
    private final Pipeline pipeline;
    private final ModelFolder model;
    private final InfluenceListener listener;
    private final Runnable close;
    private @Nullable SequencedMap<String, String> origin;
    private @Nullable Fitted fitted;

    /** A curvature in a store, and the layers that it is on. */
    private static final class Fitted {
        private final Path folder;
        private final Pipeline pipeline;
        private final Optional<DampingRule> damping;
        private @Nullable InverseCurvature inverse;

        Fitted(Path folder, Pipeline pipeline, Optional<DampingRule> damping) {
            this.folder = folder;
            this.pipeline = pipeline;
            this.damping = damping;
        }
    }

    Influence(
            TokenizedCorpus corpus, TokenizedCorpus training, Pipeline pipeline, ModelFolder model,
            InfluenceListener listener, Runnable close) {
        this.corpus = corpus;
        this.training = training;
        this.pipeline = pipeline;
        this.model = model;
        this.listener = listener;
        this.close = close;
    }

    /**
     * Opens a model and a corpus with the defaults of {@link InfluenceBuilder}.
     *
     * @param model folder in Hugging Face's layout, with a tokenizer
     * @param corpus a file, a folder of files, or a pattern such as {@code texts/*.jsonl.gz}
     * @throws InputException if one of them is missing or malformed
     */
    public static Influence open(Path model, String corpus) {
        return of(ModelFolder.load(model)).corpus(corpus).open();
    }

    /** A builder, for everything that has another value than its default. */
    public static InfluenceBuilder of(ModelFolder model) {
        return new InfluenceBuilder(model);
    }

    /** The corpus as it is scanned. */
    public TokenizedCorpus corpus() {
        return corpus;
    }

    /** As {@link #fit(Path, FitSettings)} with {@link #DEFAULT_FIT}. */
    public Influence fit(Path factors) {
        return fit(factors, DEFAULT_FIT);
    }

    /**
     * Fits a curvature on the corpus and uses it from then on; continues a fit, or finds it finished.
     *
     * @param factors folder of the store
     * @return this
     * @throws InputException if the folder holds something else, is damaged, or cannot be written
     * @throws org.plumbline.engine.InsufficientMemoryException if the fit does not fit into the heap
     * @throws InfluenceCanceledException if the listener cancels
     */
    public Influence fit(Path factors, FitSettings settings) {
        ScalePlan.of(pipeline, corpus.sequences().lengths(), corpus.packing().length(), 1, 0,
                        settings.strategy(), settings.labels(), TokenScores.NONE)
                .requireFits(factors, ScalePlan.FIT);
        SequencedMap<String, String> made = new LinkedHashMap<>(origin());
        made.put("version", version());
        FactorStore.fit(factors, pipeline, corpus.sequences(), settings, made, this::begin);
        fitted = new Fitted(factors, pipeline, Optional.empty());
        return this;
    }

    /** As {@link #load(Path, Optional)} with the damping of the store. */
    public Influence load(Path factors) {
        return load(factors, Optional.empty());
    }

    /**
     * Uses a curvature that was fitted before, on the layers that it was fitted on. Whether it belongs to the model
     * is checked when it is first used.
     *
     * @param factors folder of a finished store
     * @param damping if another than the store's
     * @return this
     * @throws InputException if the store is missing or unfinished, or is on layers that the model lacks
     */
    public Influence load(Path factors, Optional<DampingRule> damping) {
        fitted = new Fitted(factors, new Pipeline(pipeline.model(), pipeline.parameters(), model.layersOf(factors),
                pipeline.compute(), pipeline.batch(), pipeline.shard()), damping);
        return this;
    }

    /**
     * A query, tokenized as a document of the corpus would be.
     *
     * @param prompt what is given; may be empty
     * @param completion what is predicted, as it follows the prompt; mind its space
     * @throws InputException if there is nothing to predict, or too much for the model
     */
    public PromptedQuery prompted(String prompt, String completion) {
        return PromptedQuery.of("query", prompt, completion, model, corpus.packing().beginToken());
    }

    /**
     * The queries of a file, each with a prompt and a completion.
     *
     * @throws InputException if the file is malformed or has no query
     */
    public PromptedQueries prompted(DocumentSource queries) {
        return PromptedQueries.read(queries, model, corpus.packing().beginToken());
    }

    /** As {@link #query(PromptedQuery, QuerySettings)} with {@link QuerySettings#DEFAULT}. */
    public InfluenceReport query(String prompt, String completion) {
        return query(prompted(prompt, completion), QuerySettings.DEFAULT);
    }

    /**
     * Ranks the sequences by their influence on a query. The curvature stays in memory for the next one.
     *
     * @throws InputException if no curvature was fitted or loaded, or it belongs to another model
     * @throws InfluenceCanceledException if the listener cancels
     */
    public InfluenceReport query(PromptedQuery query, QuerySettings settings) {
        return answer(query, settings).report();
    }

    /**
     * As {@link #query(PromptedQuery, QuerySettings)}, with the scores of all sequences that were scanned.
     *
     * @throws InputException if no curvature was fitted or loaded, or it belongs to another model
     * @throws InfluenceCanceledException if the listener cancels
     */
    public InfluenceAnswer answer(PromptedQuery query, QuerySettings settings) {
        ScalePlan plan = plan(1, settings.rank(), settings.tokens());
        for (String stage : List.of(ScalePlan.TOKEN_SCAN, ScalePlan.SELF_SCAN)) {
            InsufficientMemoryException.require(plan.stage(stage).heapBytes(), stage);
        }
        SolveSettings solve = settings.solve();
        SequencedMap<String, String> identity = identity(settings.rank());
        if (!solve.isExact()) {
            return new QueryRun(fitted().pipeline, corpus, inverse(), QueryRun.Preconditioning.by(
                    fitted().pipeline, inverse(), settings.rank()), begin("scan"))
                    .answer(query, settings, candidates(), identity);
        }
        identity.putAll(solve.identity());
        return new QueryRun(inDoublePrecision(), corpus, inverse(), (one, candidates) -> exact(one, candidates, solve),
                begin("scan")).answer(query, settings, candidates(), identity);
    }

    private QueryRun.Preconditioned exact(PromptedQuery query, Sequences candidates, SolveSettings settings) {
        ExactScoring.Result result = exactScoring().run(PromptedQueries.of(List.of(query)), candidates, settings);
        return new QueryRun.Preconditioned(result.queries(), result.scores().map(scores -> new QueryRun.Bounds(
                scores.bounds()[0], scores.ranks(0), scores.fraction(0), scores.products()[0])),
                result.sampling().map(error -> error.ofQuery(0)));
    }

    /**
     * The scores of all sequences for several queries, in memory. Text and documents of a sequence are its
     * {@link TokenizedCorpus}'s.
     *
     * @throws InputException if no curvature was fitted or loaded, or it belongs to another model
     * @throws InfluenceCanceledException if the listener cancels
     */
    public InfluenceScores scores(PromptedQueries queries) {
        int count = queries.list().size();
        InsufficientMemoryException.require(
                plan(count, 0, TokenScores.NONE).stage(ScalePlan.SCAN).heapBytes(), ScalePlan.SCAN);
        double[][] raw = pass(queries, 0).totals(corpus.sequences(), begin("scan"));
        return new InfluenceScores(raw, candidates().training());
    }

    /**
     * The scores of all sequences for several queries with the exact Gauss–Newton matrix of the training data and the
     * damping of the curvature, each with what it can be off by, in memory and in double precision. The curvature
     * preconditions. Needs the training data ({@link InfluenceBuilder#training} if the corpus is another), which are
     * read into memory: each pass over them is shared by all queries.
     *
     * @param settings with a fraction to certify
     * @throws InputException if no curvature was fitted or loaded, it belongs to another model or to other data, or it
     *     has no damping in some layer
     * @throws InfluenceCanceledException if the listener cancels
     */
    public CertifiedScores certified(PromptedQueries queries, SolveSettings settings) {
        if (settings.certify().isEmpty()) {
            throw new InputException("certified scores: found no fraction, expected one to certify");
        }
        return exactScoring().run(queries, corpus.sequences(), settings).scores().orElseThrow();
    }

    /** Exact products and scans with them lose nothing to single precision; parameters are as they were loaded. */
    private Pipeline inDoublePrecision() {
        Pipeline used = fitted().pipeline;
        return used.precision() == Precision.DOUBLE ? used : new Pipeline(used.model(),
                used.parameters().copy(Precision.DOUBLE), used.layers(), used.compute(), used.batch(), used.shard());
    }

    private ExactScoring exactScoring() {
        Fitted used = fitted();
        SequencedMap<String, String> required = Candidates.required(origin());
        SequencedMap<String, String> store = FactorStore.identity(used.folder, required);
        if (!Candidates.of(store, training.origin()).isTrainingData()) {
            throw new InputException("exact products: found other data than the curvature was fitted on, "
                    + "expected the training data, beside the candidates if those are others");
        }
        FittedCurvature curvature = FactorStore.load(
                used.folder, used.pipeline.layers(), required, used.pipeline.compute());
        DampingRule rule = used.damping.orElseGet(() -> DampingRule.parse(store.getOrDefault("damping", "")));
        return new ExactScoring(
                inDoublePrecision(), training.sequences(), curvature, rule.of(curvature), this::begin);
    }

    /**
     * The raw scores of single layers, for some sequences; those of one sequence sum to its score.
     *
     * @param sequences their numbers, as a report has them
     * @return a map from the name of a layer to its score, for each sequence
     */
    public List<SequencedMap<String, Double>> layerScores(PromptedQuery query, int... sequences) {
        List<SequencedMap<String, Double>> scores = new ArrayList<>();
        pass(PromptedQueries.of(List.of(query)), 0).run(new SubSequences(corpus.sequences(), sequences), part -> {
            for (int m = 0; m < part.sequences(); m++) {
                SequencedMap<String, Double> byLayer = new LinkedHashMap<>();
                for (int l = 0; l < part.layers().length; l++) {
                    byLayer.put(fitted().pipeline.layers().get(l).name(), part.layers()[l][m]);
                }
                scores.add(byLayer);
            }
        }, begin("scan"));
        return scores;
    }

    /**
     * The raw scores of single positions in single layers, for some sequences, as the query of an answer was scanned:
     * the cell of position {@code t} holds the loss terms at and after it, and all cells of a sequence sum to its
     * score.
     * A pass over these sequences for each layer.
     *
     * @param sequences their numbers, as a report has them
     * @return {@code [sequences][layers][positions]}, layers in the order of {@link #layers()}
     */
    public double[][][] layerTokenScores(InfluenceAnswer answer, int... sequences) {
        Pipeline used = answer.report().origin().containsKey("solver") ? inDoublePrecision() : fitted().pipeline;
        Queries queries = answer.preconditioned();
        int count = used.layers().size();
        double[][][] cells = new double[sequences.length][count][];
        for (int l = 0; l < count && sequences.length > 0; l++) {
            int layer = l;
            Pipeline one = new Pipeline(used.model(), used.parameters(), List.of(used.layers().get(l)), used.compute(),
                    used.batch(), used.shard());
            Queries ofLayer = new Queries(List.of(queries.layers().get(l)), queries.rank(),
                    column(queries.truncation(), l), column(queries.firstLeftOut(), l));
            ScanPass.pairwise(one, ofLayer, TokenScores.GRADIENT)
                    .run(new SubSequences(corpus.sequences(), sequences), part -> {
                        for (int m = 0; m < part.sequences(); m++) {
                            cells[part.from() + m][layer] = part.tokens()[m];
                        }
                    }, begin("layers"));
        }
        return cells;
    }

    private static double[][] column(double[][] rows, int at) {
        return Arrays.stream(rows).map(row -> row.length == 0 ? row : new double[] {row[at]}).toArray(double[][]::new);
    }

    /** Names of the layers whose influence is meant. */
    public List<String> layers() {
        return fitted().pipeline.layers().stream().map(TrackedLayer::name).toList();
    }

    /**
     * The raw scores of some sequences for single tokens of the completion: the log-probability is a sum over its
     * tokens, and so is every score, to the rounding of the passes. With the curvature in closed form, at full rank.
     *
     * @param sequences their numbers, as a report has them
     * @return {@code [tokens that are predicted][sequences]}
     */
    public double[][] completionTokenScores(PromptedQuery query, int... sequences) {
        double[] weights = query.example().reals(Example.WEIGHTS);
        List<PromptedQuery> single = IntStream.range(0, weights.length).filter(t -> weights[t] != 0)
                .mapToObj(t -> query.weighted(t)).toList();
        return sequences.length == 0 ? new double[single.size()][0] : pass(PromptedQueries.of(single), 0)
                .totals(new SubSequences(corpus.sequences(), sequences), begin("completion tokens"));
    }

    private ScanPass pass(PromptedQueries queries, int rank) {
        InverseCurvature inverse = inverse();
        Queries preconditioned =
                new QueryPass(fitted().pipeline, inverse).run(queries.examples(), rank, Aggregation.NONE);
        return ScanPass.pairwise(fitted().pipeline, preconditioned, TokenScores.NONE);
    }

    /**
     * Scores all sequences against several queries into a store; continues a scan, or finds it finished.
     * {@link ScoreStore#load} reads the scores, and so does NumPy.
     *
     * @param out folder of the store
     * @throws InputException if no curvature was fitted or loaded, it belongs to another model, or the folder
     *     holds something else
     * @throws InfluenceCanceledException if the listener cancels
     */
    public void scan(Path out, PromptedQueries queries, ScanSettings settings) {
        settings.queryStore().ifPresent(store -> {
            if (store.toAbsolutePath().normalize().equals(out.toAbsolutePath().normalize())) {
                throw new InputException(out + ": the folder of the scores is that of the queries, expected two");
            }
        });
        int count = settings.aggregation() == Aggregation.NONE ? queries.list().size() : 1;
        plan(count, settings.rank(), settings.tokens())
                .requireFits(out, settings.tokens() == TokenScores.NONE ? ScalePlan.SCAN : ScalePlan.TOKEN_SCAN);
        SequencedMap<String, String> identity = identity(settings.rank());
        identity.put("queries", queries.hash());
        SequencedMap<String, String> ofQueries = new LinkedHashMap<>(identity);
        // Queries depend on the training data, and can be asked of any candidates.
        ofQueries.keySet().removeAll(candidates().identity(origin()).keySet());
        SolveSettings solve = settings.solve();
        if (solve.isExact()) {
            identity.putAll(solve.identity());
            Pipeline exact = inDoublePrecision();
            scan(out, exact, identity, settings, () -> ScanPass.pairwise(
                    exact, exact(out, queries, solve), settings.tokens()),
                    rows(queries, settings.aggregation()), InfluenceReport.SIGN);
            return;
        }
        scan(out, fitted().pipeline, identity, settings, () -> {
            Queries preconditioned = QueryStore.precondition(
                    settings.queryStore().orElse(out.resolve(QUERY_STORE)), fitted().pipeline, this::inverseOnce,
                    queries.examples(), settings.rank(), settings.aggregation(), ofQueries, begin("queries"));
            if (settings.rank() > 0) {
                listener.truncated(settings.rank(), Arrays.stream(preconditioned.truncation())
                        .flatMapToDouble(Arrays::stream).max().orElse(0));
            }
            return ScanPass.pairwise(fitted().pipeline, preconditioned, settings.tokens());
        }, rows(queries, settings.aggregation()), InfluenceReport.SIGN);
    }

    /** Solves, and writes what is certain of the scores before anything is scanned. */
    private Queries exact(Path out, PromptedQueries queries, SolveSettings settings) {
        ExactScoring.Result result = exactScoring().run(queries, corpus.sequences(), settings);
        result.scores().ifPresent(scores -> CertificateFiles.write(out.resolve(CERTIFICATE), scores));
        result.sampling().ifPresent(error -> error.write(out.resolve(SAMPLING)));
        return result.queries();
    }

    /**
     * Scores each sequence against itself into a store, {@code gᵀ (C + λ)⁻¹ g ≥ 0}; continues a scan, or finds it
     * finished.
     *
     * @param out folder of the store
     * @param settings recorded in the store; none of them changes a score
     * @throws InputException as {@link #scan(Path, PromptedQueries, ScanSettings)} does, or if scores of tokens are
     *     asked for: scores of sequences with themselves are not split
     * @throws InfluenceCanceledException if the listener cancels
     */
    public void scanSelf(Path out, ScanSettings settings) {
        if (settings.tokens() != TokenScores.NONE) {
            throw new InputException("token scores: found " + settings.tokens()
                    + ", expected none: scores of sequences with themselves are not split");
        }
        plan(1, settings.rank(), TokenScores.NONE).requireFits(out, ScalePlan.SELF_SCAN);
        SequencedMap<String, String> identity = identity(settings.rank());
        identity.put("queries", "self");
        scan(out, fitted().pipeline, identity, settings, () -> ScanPass.self(fitted().pipeline, inverseOnce()),
                List.of(CorpusTables.Row.named("each sequence itself")), "never negative: " + SELF);
    }

    private void scan(
            Path out, Pipeline used, SequencedMap<String, String> identity, ScanSettings settings,
            Supplier<ScanPass> pass, List<CorpusTables.Row> rows, String sign) {
        identity.put("aggregation", settings.aggregation().name().toLowerCase(Locale.ROOT));
        identity.put("tokens", settings.tokens().name().toLowerCase(Locale.ROOT));
        String normalization = "raw: divided by nothing; perCopy is raw divided by " + candidates().training()
                + ", the number of training sequences";
        CorpusTables tables =
                new CorpusTables(corpus, rows, new CorpusTables.Header(sign, normalization, identity));
        ScoreStore.scan(out, used, pass, corpus.sequences(), identity, tables, begin("scan"));
    }

    private static List<CorpusTables.Row> rows(PromptedQueries queries, Aggregation aggregation) {
        int count = queries.list().size();
        return switch (aggregation) {
            case NONE -> IntStream.range(0, count)
                    .mapToObj(row -> CorpusTables.Row.of(row, queries.list().get(row))).toList();
            case SUM -> List.of(CorpusTables.Row.named("the sum of " + count + " queries"));
            case MEAN -> List.of(CorpusTables.Row.named("the mean of " + count + " queries"));
        };
    }

    /**
     * Divides the scores of a finished scan, each query by itself, and writes them beside it: {@code <kind>.npy} with
     * the shape of the scores, in the folder {@value #NORMALIZED} of theirs. Takes a scan of the sequences against
     * themselves; reads all scores into memory.
     *
     * @param out folder of a finished scan of these queries with this curvature in closed form
     * @return the file
     * @throws InputException if the scan is missing or unfinished, or the curvature's inverse has no closed form
     */
    public Path normalize(Path out, PromptedQueries queries, ScoreNormalization kind) {
        if (!(inverseOnce() instanceof ClosedFormInverse inverse)) {
            throw new InputException("normalized scores: found factors without a closed form, expected K-FAC's, "
                    + "EK-FAC's, a diagonal or the identity");
        }
        double[][] raw = ScoreStore.load(out);
        double[] ofQueries = kind == ScoreNormalization.COSINE
                ? squares(inverse, Sequences.of(queries.examples())) : new double[raw.length];
        double[] ofSequences = kind.squares(inverse)
                .map(one -> squares(one, corpus.sequences())).orElseGet(() -> new double[corpus.sequences().size()]);
        double[][] normalized = kind.normalized(raw, ofQueries, ofSequences);
        double[] flat = Arrays.stream(normalized).flatMapToDouble(Arrays::stream).toArray();
        Path folder = out.resolve(NORMALIZED);
        Folders.make(folder);
        Path file = folder.resolve(kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".npy");
        Npy.write(file, flat, normalized.length, normalized[0].length);
        return file;
    }

    /** {@code gᵀB⁻¹g} of each sequence. */
    private double[] squares(ClosedFormInverse inverse, Sequences data) {
        return ScanPass.self(fitted().pipeline, inverse).totals(data, begin("normalization"))[0];
    }

    /** Ends the threads and removes the tokenized corpus, unless they are the caller's. Stores stay. */
    @Override
    public void close() {
        close.run();
    }

    private Fitted fitted() {
        if (fitted == null) {
            throw new InputException("influence: found no curvature, expected fit or load before queries");
        }
        return fitted;
    }

    private ScalePlan plan(int queries, int rank, TokenScores tokens) {
        return ScalePlan.of(fitted().pipeline, corpus.sequences().lengths(), corpus.packing().length(), queries,
                rank, FactorStore.strategy(fitted().folder), NO_DRAWS, tokens);
    }

    /** Kept for the next query. */
    private InverseCurvature inverse() {
        InverseCurvature kept = inverseOnce();
        fitted().inverse = kept;
        return kept;
    }

    /** For a scan of a whole corpus, which needs its memory for other things. */
    private InverseCurvature inverseOnce() {
        Fitted used = fitted();
        return used.inverse != null ? used.inverse : FactorStore.inverse(
                used.folder, used.pipeline.layers(), Candidates.required(origin()), used.damping,
                used.pipeline.compute());
    }

    /**
     * How the corpus, whose sequences are scored, is related to the data that the curvature was fitted on.
     *
     * @throws InputException if no curvature was fitted or loaded, or it belongs to another model
     */
    public Candidates candidates() {
        return Candidates.of(FactorStore.identity(fitted().folder, Candidates.required(origin())), origin());
    }

    /** What scores belong to; refuses a curvature of another model. */
    private SequencedMap<String, String> identity(int rank) {
        SequencedMap<String, String> identity =
                FactorStore.identity(fitted().folder, Candidates.required(origin()));
        identity.putAll(Candidates.of(identity, origin()).identity(origin()));
        identity.put("rank", Integer.toString(rank));
        fitted().damping.ifPresent(damping -> identity.put("damping", damping.toString()));
        return identity;
    }

    /** Reads all weights once, for their hash. */
    private SequencedMap<String, String> origin() {
        if (origin == null) {
            origin = corpus.origin(model);
        }
        return origin;
    }

    private static String version() {
        String version = Influence.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }

    private PassListener begin(String stage) {
        requireGoingOn(stage);
        PassListener told = listener.begin(stage);
        return new PassListener() {
            @Override
            public void merged(int done, int total) {
                told.merged(done, total);
                requireGoingOn(stage);
            }

            @Override
            public void ran(long fed, long run) {
                told.ran(fed, run);
            }

            @Override
            public void released() {
                told.released();
            }
        };
    }

    private void requireGoingOn(String stage) {
        if (listener.isCancelled()) {
            throw new InfluenceCanceledException(stage);
        }
    }
}
