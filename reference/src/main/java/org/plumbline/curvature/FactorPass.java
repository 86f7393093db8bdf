package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.OuterProducts;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Reals;
import org.plumbline.batch.SampledRuns;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.StageMemory;
import org.plumbline.batch.SumPass;
import org.plumbline.batch.Sums;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The first pass of fitting: {@code A = E[ā āᵀ]} and {@code S = E[Ds Dsᵀ]} of each layer over all fed positions, at
 * sampled labels (Grosse et al., 2023, eq. 16–17). One forward pass, one backward pass to the pre-activations, and
 * symmetric products; no weight gradient.
 */
public final class FactorPass {
    private static final String SEQUENCES = "sequences";
    private static final String FED = "fed";

    private final Pipeline pipeline;
    private final SampledRuns runs;
    private final OuterProducts products;

    /**
     * @param seed of the labels
     */
    public FactorPass(Pipeline pipeline, long seed) {
        this.pipeline = pipeline;
        this.runs = new SampledRuns(pipeline, seed, FactorPass::emit, Map.of());
        this.products = new OuterProducts(pipeline.compute(), pipeline.precision());
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
     * The rows of both products. The ones column of {@code ā} is left out: its row of {@code A} is a
     * sum, its corner a count.
     */
    public static void emit(LayerTokens tokens, SequencedMap<String, Value> results) {
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

    /** The factors over all sequences. */
    public List<KroneckerFactors> run(Sequences data, FoldStore store, PassListener listener) {
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
        Sums sums = new SumPass(pipeline, data, lengths, this::add).run(store, listener);
        StageMemory.release();
        return factors(sums);
    }

    private void add(Batch batch, Sums sums) {
        runs.run(batch, (first, second) -> {
            sums.get(SEQUENCES)[0] += batch.examples().size();
            sums.get(FED)[0] += batch.examples().stream().mapToInt(Example::fedPositions).sum();
            for (TrackedLayer layer : pipeline.layers()) {
                products.add(first.output(inputs(layer)), layer.inputs(), sums.get(inputs(layer)));
                if (layer.bias().isPresent()) {
                    Reals.add(first.output(inputSum(layer)), sums.get(inputSum(layer)));
                }
                products.add(output(gradients(layer), first, second), layer.outputs(), sums.get(gradients(layer)));
            }
        });
    }

    /** A layer that no output depends on has its constant gradients in the first stage. */
    static Storage output(String name, Executable first, Executable second) {
        return (second.program().outputs().containsKey(name) ? second : first).output(name);
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
}
