package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.LabelRuns;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.OuterProducts;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SumPass;
import org.plumbline.batch.Sums;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * Fits what Kronecker-factored and diagonal curvatures are made of (Grosse et al., 2023, §2.2; Martens and Grosse,
 * 2015; George et al., 2018), at any {@link FisherLabels}, in the precision of the pipeline's programs, on any engine.
 *
 * <p>Each of the three results is one fold over the sequences, with one forward pass a sequence and one backward pass
 * to the layers' pre-activations for each draw. Sums over sequences are in double precision and in a fixed order: they
 * depend on the sizes of micro-batches and shards, and not on threads or on interruptions.
 */
public final class FactorFit {
    private static final String SEQUENCES = "sequences";
    private static final String FED = "fed";

    private final Pipeline pipeline;
    private final Sequences data;
    private final FisherLabels labels;
    private final BlockSpace space;

    /**
     * @param data the {@code N} training sequences
     * @param labels where the pseudo-gradients are taken
     */
    public FactorFit(Pipeline pipeline, Sequences data, FisherLabels labels) {
        this.pipeline = pipeline;
        this.data = data;
        this.labels = labels;
        this.space = BlockSpace.ofLayers(pipeline.layers());
    }

    /** A fit in double precision, with micro-batches and shards of the sizes that suit most models. */
    public FactorFit(Objective objective, List<TrackedLayer> layers, FisherLabels labels, Compute compute) {
        this(Pipeline.of(objective.model(), objective.parameters(), layers, Precision.DOUBLE, compute),
                Sequences.of(objective.examples()), labels);
    }

    /** The space of the layers' blocks. */
    public BlockSpace space() {
        return space;
    }

    /** What the fit runs on. */
    public Compute compute() {
        return pipeline.compute();
    }

    /** {@code A}, {@code S} and {@code n̄} of each layer. */
    public List<KroneckerFactors> factors() {
        return factors(FoldStore.NONE, PassListener.NONE);
    }

    /**
     * {@code A = E[ā āᵀ]}, {@code S = E[Ds Dsᵀ]} and {@code n̄} of each layer, means over all fed positions (Grosse et
     * al., 2023, eq. 16–17). No weight gradient is formed.
     *
     * @param store where the running sums are kept
     */
    public List<KroneckerFactors> factors(FoldStore store, PassListener listener) {
        SequencedMap<String, Integer> lengths = new LinkedHashMap<>();
        lengths.put(SEQUENCES, 1);
        lengths.put(FED, 1);
        for (TrackedLayer layer : pipeline.layers()) {
            lengths.put(inputs(layer), triangle(layer.inputs()));
            if (layer.bias().isPresent()) {
                lengths.put(inputSum(layer), layer.inputs());
            }
            lengths.put(gradients(layer), triangle(layer.outputs()));
        }
        LabelRuns runs = new LabelRuns(pipeline, labels, FactorFit::emitRows, Map.of());
        OuterProducts products = new OuterProducts(pipeline.compute(), pipeline.precision());
        Sums sums = new SumPass(pipeline, data, lengths, (batch, part) -> addFactors(runs, products, batch, part))
                .run(store, listener);
        listener.released();
        return factors(sums);
    }

    private static String inputs(TrackedLayer layer) {
        return "inputs." + layer.name();
    }

    private static String inputSum(TrackedLayer layer) {
        return "input sum." + layer.name();
    }

    private static String gradients(TrackedLayer layer) {
        return "gradients." + layer.name();
    }

    /**
     * The rows of both products. The ones column of {@code ā} is left out: its row of {@code A} is a sum, its corner a
     * count.
     */
    static void emitRows(LayerTokens tokens, SequencedMap<String, Value> results) {
        ProgramBuilder b = tokens.b();
        TrackedLayer layer = tokens.layer();
        int positions = tokens.batch() * tokens.length();
        Value a = b.reshape(tokens.fedInputs(), positions, layer.inputs());
        results.put(inputs(layer), a);
        if (layer.bias().isPresent()) {
            results.put(inputSum(layer), b.sum(a, 0, 1));
        }
        results.put(gradients(layer), b.reshape(tokens.gradients(), positions, layer.outputs()));
    }

    private void addFactors(LabelRuns runs, OuterProducts products, Batch batch, Sums sums) {
        runs.run(batch, first -> {
            sums.get(SEQUENCES)[0] += batch.examples().size();
            sums.get(FED)[0] += batch.examples().stream().mapToInt(Example::fedPositions).sum();
            for (TrackedLayer layer : pipeline.layers()) {
                products.add(first.output(inputs(layer)), layer.inputs(), sums.get(inputs(layer)));
                if (layer.bias().isPresent()) {
                    first.output(inputSum(layer)).addTo(sums.get(inputSum(layer)));
                }
            }
        }, outputs -> {
            for (TrackedLayer layer : pipeline.layers()) {
                products.add(outputs.get(gradients(layer)), layer.outputs(), sums.get(gradients(layer)));
            }
        });
    }

    private List<KroneckerFactors> factors(Sums sums) {
        double fed = sums.get(FED)[0];
        List<KroneckerFactors> factors = new ArrayList<>();
        for (TrackedLayer layer : pipeline.layers()) {
            double[] activation = new double[layer.columns() * layer.columns()];
            unpack(sums.get(inputs(layer)), layer.inputs(), 1 / fed, activation, layer.columns());
            if (layer.bias().isPresent()) {
                int last = layer.inputs();
                for (int i = 0; i < last; i++) {
                    double mean = sums.get(inputSum(layer))[i] / fed;
                    activation[i * layer.columns() + last] = mean;
                    activation[last * layer.columns() + i] = mean;
                }
                activation[last * layer.columns() + last] = 1;
            }
            double[] gradient = new double[layer.outputs() * layer.outputs()];
            unpack(sums.get(gradients(layer)), layer.outputs(), 1 / fed, gradient, layer.outputs());
            factors.add(new KroneckerFactors(
                    ParameterBlock.of(layer), activation, gradient, fed / sums.get(SEQUENCES)[0]));
        }
        return factors;
    }

    private static int triangle(int n) {
        return Math.toIntExact((long) n * (n + 1) / 2);
    }

    private static void unpack(double[] packed, int n, double scale, double[] full, int stride) {
        for (int i = 0, at = 0; i < n; i++) {
            for (int j = 0; j <= i; j++, at++) {
                full[i * stride + j] = scale * packed[at];
                full[j * stride + i] = full[i * stride + j];
            }
        }
    }

    /** {@code Λ} in these bases, flat over the layers' space. */
    public double[] eigenvalues(List<KroneckerBasis> bases) {
        return eigenvalues(bases, FoldStore.NONE, PassListener.NONE);
    }

    /**
     * {@code Λ = E_m[(Q_Sᵀ Dθ_m Q_A)²]} elementwise (Grosse et al., 2023, eq. 20), {@code Dθ_m = Σ_t Ds_t ā_tᵀ} the
     * whole-sequence pseudo-gradient, summed over tokens before it is squared, at {@linkplain FisherLabels#fresh fresh}
     * labels. Flat over the layers' space.
     *
     * @param bases one for each layer
     * @param store where the running sums are kept
     */
    public double[] eigenvalues(List<KroneckerBasis> bases, FoldStore store, PassListener listener) {
        return secondMoments(labels.fresh(),
                FactorFit::emitInBasis, Rotation.inputs(space.blocks(), bases, pipeline.precision()), store, listener);
    }

    /** The diagonal of the Fisher matrix, flat over the layers' space. */
    public double[] diagonal() {
        return diagonal(FoldStore.NONE, PassListener.NONE);
    }

    /**
     * The diagonal of the Fisher matrix: {@code E_m[Dθ_m²]} elementwise. Flat over the layers' space.
     *
     * @param store where the running sums are kept
     */
    public double[] diagonal(FoldStore store, PassListener listener) {
        return secondMoments(labels, FactorFit::emitDiagonal, Map.of(), store, listener);
    }

    static void emitDiagonal(LayerTokens tokens, SequencedMap<String, Value> results) {
        results.put(moments(tokens.layer()), squares(tokens.b(), tokens.wholeGradients()));
    }

    static void emitInBasis(LayerTokens tokens, SequencedMap<String, Value> results) {
        results.put(moments(tokens.layer()), squares(tokens.b(), Rotation.rotatedGradients(tokens)));
    }

    private static String moments(TrackedLayer layer) {
        return "moments." + layer.name();
    }

    private static Value squares(ProgramBuilder b, Value gradients) {
        return b.sum(b.multiply(gradients, gradients), 0, 1);
    }

    private double[] secondMoments(
            FisherLabels at, Contraction contraction, Map<String, Storage> extra, FoldStore store,
            PassListener listener) {
        SequencedMap<String, Integer> lengths = new LinkedHashMap<>();
        lengths.put(SEQUENCES, 1);
        pipeline.layers().forEach(layer -> lengths.put(moments(layer), layer.size()));
        LabelRuns runs = new LabelRuns(pipeline, at, contraction, extra);
        // The bases in double precision, too: the pass has them in its own.
        listener.released();
        Sums sums = new SumPass(pipeline, data, lengths, (batch, part) -> runs.run(batch,
                first -> part.get(SEQUENCES)[0] += batch.examples().size(),
                outputs -> pipeline.layers().forEach(layer ->
                        outputs.get(moments(layer)).addTo(part.get(moments(layer))))))
                .run(store, listener);
        double[] moments = new double[space.dimension()];
        for (int i = 0; i < pipeline.layers().size(); i++) {
            double[] sum = sums.get(moments(pipeline.layers().get(i)));
            System.arraycopy(sum, 0, moments, space.offset(i), sum.length);
        }
        Arrays.setAll(moments, i -> moments[i] / sums.get(SEQUENCES)[0]);
        return moments;
    }
}
