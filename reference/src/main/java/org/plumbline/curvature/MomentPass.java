package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.batch.Batch;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Reals;
import org.plumbline.batch.SampledRuns;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SumPass;
import org.plumbline.batch.Sums;
import org.plumbline.engine.Storage;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The second pass of fitting: second moments of whole-sequence pseudo-gradients at sampled labels, elementwise, in a
 * Kronecker eigenbasis, {@code Λ = E_m[(Q_Sᵀ Dθ_m Q_A)²]} (Grosse et al., 2023, eq. 20), or in none,
 * {@code E_m[Dθ_m²]}, the diagonal of the Fisher matrix. Summed over tokens before the square.
 */
public final class MomentPass {
    private static final String SEQUENCES = "sequences";

    private final Pipeline pipeline;
    private final SampledRuns runs;

    private MomentPass(Pipeline pipeline, long seed, Contraction contraction, Map<String, Storage> extra) {
        this.pipeline = pipeline;
        this.runs = new SampledRuns(pipeline, seed, contraction, extra);
    }

    /** {@code Λ}. */
    public static MomentPass inBasis(Pipeline pipeline, long seed, List<KroneckerBasis> bases) {
        return new MomentPass(pipeline, seed,
                MomentPass::emitInBasis,
                Rotation.inputs(pipeline.layers(), bases, pipeline.precision()));
    }

    /** The diagonal of the Fisher matrix. */
    public static MomentPass ofDiagonal(Pipeline pipeline, long seed) {
        return new MomentPass(pipeline, seed, MomentPass::emitDiagonal, Map.of());
    }

    public static void emitDiagonal(LayerTokens tokens, SequencedMap<String, Value> results) {
        results.put(moments(tokens.layer()), squares(tokens.b(), tokens.wholeGradients()));
    }

    public static void emitInBasis(LayerTokens tokens, SequencedMap<String, Value> results) {
        results.put(moments(tokens.layer()), squares(tokens.b(), Rotation.rotatedGradients(tokens)));
    }

    private static String moments(TrackedLayer layer) {
        return "moments." + layer.name();
    }

    private static Value squares(ProgramBuilder b, Value gradients) {
        return b.sum(b.multiply(gradients, gradients), 0, 1);
    }

    /** The moments of each layer, {@code [out, columns]}. */
    public List<double[]> run(Sequences data, FoldStore store, PassListener listener) {
        SequencedMap<String, Integer> lengths = new LinkedHashMap<>();
        lengths.put(SEQUENCES, 1);
        pipeline.layers().forEach(layer -> lengths.put(moments(layer), layer.size()));
        Sums sums = new SumPass(pipeline, data, lengths, this::add).run(store, listener);
        List<double[]> moments = new ArrayList<>();
        for (TrackedLayer layer : pipeline.layers()) {
            double[] mean = sums.get(moments(layer)).clone();
            for (int i = 0; i < mean.length; i++) {
                mean[i] /= sums.get(SEQUENCES)[0];
            }
            moments.add(mean);
        }
        return moments;
    }

    private void add(Batch batch, Sums sums) {
        runs.run(batch, (first, second) -> {
            sums.get(SEQUENCES)[0] += batch.examples().size();
            for (TrackedLayer layer : pipeline.layers()) {
                Reals.add(FactorPass.output(moments(layer), first, second), sums.get(moments(layer)));
            }
        });
    }
}
