package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.LabelRuns;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.Convention;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * What each module sees of each sequence, computed by the passes that fit factors: its inputs, and its pseudo-gradients
 * at the training labels and at labels drawn from the model. All predictions are sums over these rows. They are held in
 * memory, {@code N T (in + (1 + draws) out)} numbers a module.
 */
public final class Evidence {
    /** Draws of the labels, whose spread is the sampling error of one. */
    public static final int DRAWS = 16;

    /** Number of the labels of the data among those of {@link Rows}. */
    static final int TRAINING = 0;

    private final Model model;
    private final Pipeline pipeline;
    private final List<TrackedLayer> layers;
    private final List<Example> examples;
    private final boolean lastFed;
    private final int context;
    private final long seed;
    private final int draws;
    private final Map<Variant, Optional<Rows[][]>> rows = new EnumMap<>(Variant.class);
    private Optional<Rows[][]> rootSums = Optional.empty();
    private boolean rootSumsTried;

    /**
     * @param objective the model and its training sequences
     * @param layers the modules, in the order in which they will be asked for
     * @param lastFed whether the last position of each sequence is its last token, which predicts nothing and is
     *     counted in some conventions only
     * @param context most positions that the model knows
     * @param seed of the draws
     * @param draws {@link #DRAWS}, or 0 where labels of the model are not asked for
     */
    public Evidence(
            Objective objective, List<TrackedLayer> layers, boolean lastFed, int context, long seed,
            int draws, Compute compute) {
        this.model = objective.model();
        this.layers = List.copyOf(layers);
        this.examples = objective.examples();
        this.lastFed = lastFed;
        this.context = context;
        this.seed = seed;
        this.draws = draws;
        this.pipeline = Pipeline.of(model, objective.parameters(), layers, Precision.DOUBLE, compute);
        long numbers = examples.stream().mapToLong(Example::length).sum() * layers.stream()
                .mapToLong(layer -> layer.columns() + (1L + draws) * layer.outputs()).sum();
        InsufficientMemoryException.require(2 * Double.BYTES * numbers, "an audit with model and data");
    }

    /** The modules. */
    List<TrackedLayer> layers() {
        return layers;
    }

    /** The module that comes first in the forward pass. */
    int first() {
        int first = 0;
        for (int l = 1; l < layers.size(); l++) {
            if (model.layers().indexOf(layers.get(l)) < model.layers().indexOf(layers.get(first))) {
                first = l;
            }
        }
        return first;
    }

    /** {@code N}. */
    public int sequences() {
        return examples.size();
    }

    /** The space of the modules' gradients. */
    BlockSpace space() {
        return BlockSpace.ofLayers(layers);
    }

    /** Whether each sequence's last token is a position that is not counted everywhere. */
    boolean isLastFed() {
        return lastFed;
    }

    /** Positions of sequence {@code m} that bear loss. */
    int lossPositions(int m) {
        return examples.get(m).lossPositions();
    }

    /** Positions of the longest sequence. */
    int longest() {
        return examples.stream().mapToInt(Example::length).max().orElseThrow();
    }

    /** Whether sequences differ in length, so that there is padding. */
    boolean hasPadding() {
        return examples.stream().anyMatch(example -> example.length() != longest());
    }

    /** Sizes of the data, the last token of each sequence counted or not. */
    Convention.Counts counts(Convention.Positions positions) {
        Convention.Counts all = Convention.Counts.of(examples, examples.size());
        boolean leftOut = lastFed && positions == Convention.Positions.PREDICTING;
        long counted = all.positions() - (leftOut ? examples.size() : 0);
        return new Convention.Counts(counted, all.lossPositions(), all.sequences(), all.batch());
    }

    /** {@code [module][sequence]}; empty where the variant makes no difference. */
    Optional<Rows[][]> rows(Variant variant) {
        return rows.computeIfAbsent(variant, this::compute);
    }

    Rows[][] rows() {
        return rows(Variant.PLAIN).orElseThrow();
    }

    private Optional<Rows[][]> compute(Variant variant) {
        boolean padding = variant == Variant.PADDING_FED || variant == Variant.LOSS_AT_PADDING;
        if (padding && !hasPadding()) {
            return Optional.empty();
        }
        List<Example> fed = new ArrayList<>();
        for (Example example : examples) {
            Optional<Example> changed = variant.of(example, longest(), context);
            if (changed.isEmpty()) {
                return Optional.empty();
            }
            fed.add(changed.get());
        }
        return Optional.of(compute(fed));
    }

    private Rows[][] compute(List<Example> fed) {
        LabelRuns training = runs(new FisherLabels.Training());
        LabelRuns drawn = runs(new FisherLabels.Sampled(seed, Math.max(1, draws)));
        Rows[][] all = new Rows[layers.size()][fed.size()];
        for (int m = 0; m < fed.size(); m++) {
            Batch batch = Batch.of(m, List.of(fed.get(m)));
            int sequence = m;
            training.run(batch, _ -> {}, outputs -> {
                for (int l = 0; l < layers.size(); l++) {
                    double[][] gradients = new double[1 + draws][];
                    gradients[TRAINING] = doubles(outputs.get("gradients." + l(l)));
                    all[l][sequence] = new Rows(batch.shape().length(), layers.get(l).columns(),
                            layers.get(l).outputs(), doubles(outputs.get("inputs." + l(l))), gradients);
                }
            });
            if (draws > 0) {
                int[] draw = {0};
                drawn.run(batch, _ -> {}, outputs -> {
                    draw[0]++;
                    for (int l = 0; l < layers.size(); l++) {
                        double[] gradients = doubles(outputs.get("gradients." + l(l)));
                        // They are scaled so that squares of all draws sum to a mean.
                        for (int i = 0; i < gradients.length; i++) {
                            gradients[i] *= Math.sqrt(draws);
                        }
                        all[l][sequence].gradients()[draw[0]] = gradients;
                    }
                });
            }
        }
        return all;
    }

    private String l(int layer) {
        return layers.get(layer).name();
    }

    private LabelRuns runs(FisherLabels labels) {
        return new LabelRuns(pipeline, labels, Evidence::emit, Map.of());
    }

    private static void emit(LayerTokens tokens, SequencedMap<String, Value> results) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        int positions = tokens.batch() * tokens.length();
        results.put("inputs." + layer.name(), b.reshape(tokens.extended(), positions, layer.columns()));
        results.put("gradients." + layer.name(), b.reshape(tokens.gradients(), positions, layer.outputs()));
    }

    /** A copy: the next run has the same memory. */
    private static double[] doubles(Storage storage) {
        return storage.toDoubles().clone();
    }

    /** Most backward passes of a sequence that {@link #rootSums} takes. */
    private static final int MOST_PASSES = 4096;

    /**
     * Rows whose gradients are those of one backward pass of {@code Σ_{t,c} √p_tc log p_tc} with {@code √p} taken as
     * constant (M5), {@code Σ_{t,c} J_tᵀ √p_tc (e_c − p_t)}: the sum of the columns of which the exact Fisher matrix is
     * the sum of squares. Empty where that takes too many passes, or where the columns are others.
     */
    Optional<Rows[][]> rootSums() {
        if (!rootSumsTried) {
            rootSumsTried = true;
            int classes = model.outputs(1).output(Model.OUTPUTS).shape().dimension(-1);
            if ((long) classes * longest() <= MOST_PASSES) {
                rootSums = computeRootSums(classes);
            }
        }
        return rootSums;
    }

    private Optional<Rows[][]> computeRootSums(int classes) {
        List<TrackedLayer> all = model.layers();
        Pipeline whole = Pipeline.of(model, pipeline.parameters(), all, Precision.DOUBLE, pipeline.compute());
        LabelRuns runs = new LabelRuns(whole, new FisherLabels.Expectation(), Evidence::emit, Map.of());
        Rows[][] plain = rows();
        Rows[][] sums = new Rows[layers.size()][examples.size()];
        for (int m = 0; m < examples.size(); m++) {
            double[][] gradients = new double[layers.size()][];
            int[] passes = {0};
            runs.run(Batch.of(m, List.of(examples.get(m))), _ -> {}, outputs -> {
                passes[0]++;
                for (int l = 0; l < layers.size(); l++) {
                    double[] one = doubles(outputs.get("gradients." + l(l)));
                    if (gradients[l] == null) {
                        gradients[l] = one;
                    } else {
                        for (int i = 0; i < one.length; i++) {
                            gradients[l][i] += one[i];
                        }
                    }
                }
            });
            if (passes[0] != classes * lossPositions(m)) {
                return Optional.empty();
            }
            for (int l = 0; l < layers.size(); l++) {
                Rows row = plain[l][m];
                sums[l][m] = new Rows(row.positions(), row.columns(), row.outputs(), row.inputs(),
                        new double[][] {gradients[l]});
            }
        }
        return Optional.of(sums);
    }
}
