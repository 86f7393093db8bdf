package org.plumbline.curvature;

import java.util.stream.Stream;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.LabelRuns;
import org.plumbline.batch.OuterProducts;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.PipelineMemory;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.model.TrackedLayer;

/**
 * Bytes of the arrays that each pass of a {@link FactorFit} holds at one time, from its programs and sums, without
 * allocating any of them.
 */
public final class FitMemory {
    private final Pipeline pipeline;
    private final PipelineMemory memory;
    private final FisherLabels labels;
    private final BatchShape shape;
    private final long threads;

    /**
     * @param lengths of the sequences
     */
    public FitMemory(Pipeline pipeline, FisherLabels labels, SequenceLengths lengths) {
        this.pipeline = pipeline;
        this.memory = new PipelineMemory(pipeline, lengths);
        this.labels = labels;
        this.shape = memory.shape();
        this.threads = pipeline.compute().workers().threads();
    }

    /** Parameters of the model. */
    public long parameters() {
        return memory.parameters();
    }

    /** All passes of a fit, one after the other: that of the largest. */
    public long fit(Strategy strategy) {
        long most = parameters();
        if (strategy.hasFactors()) {
            most = Math.max(most, Math.max(factors(), eigenbases()));
        }
        if (strategy.hasMoments()) {
            most = Math.max(most, moments(strategy));
        }
        if (strategy.isDense()) {
            most = Math.max(most, dense());
        }
        if (strategy.hasProducts()) {
            most = Math.max(most, parameters() + Double.BYTES * 4 * strategy.defaultSize() * memory.elements());
        }
        return most;
    }

    /**
     * The first pass: programs of each thread, and with the total first each thread's sums, then what they are unpacked
     * to.
     */
    public long factors() {
        long full = memory.factorElements();
        return parameters() + memory.pooled(staged(FactorFit::emitRows)) + products()
                + Double.BYTES * (full / 2 + Math.max(threads * full / 2, full));
    }

    /** The exact matrix, and what is written of it; the programs that build it are small beside it. */
    public long dense() {
        return parameters() + Double.BYTES * 2 * memory.elements() * memory.elements();
    }

    /** The eigendecompositions: factors, eigenvectors, and the working arrays of each thread. */
    public long eigenbases() {
        long largest = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            largest = Math.max(largest, Math.max(layer.columns(), layer.outputs()));
        }
        return parameters() + Double.BYTES * (2 * memory.factorElements() + threads * 4 * largest * largest);
    }

    /**
     * The second pass: the rotations in both precisions; then programs and sums of each thread, and the total beside
     * them.
     */
    public long moments(Strategy strategy) {
        boolean inBasis = strategy.hasFactors();
        Contraction contraction = inBasis ? FactorFit::emitInBasis : FactorFit::emitDiagonal;
        long rotations = inBasis ? memory.factorElements() : 0;
        long sums = Double.BYTES * memory.elements();
        long running = memory.pooled(staged(contraction)) + (threads + 2) * sums;
        return parameters() + rotations * pipeline.precision().bytes() + Math.max(Double.BYTES * rotations, running);
    }

    private long staged(Contraction contraction) {
        return LabelRuns.programs(pipeline, labels, shape, contraction).bytes(pipeline.precision());
    }

    private long products() {
        int positions = shape.size() * shape.length();
        return pipeline.layers().stream().flatMap(layer -> Stream.of(layer.inputs(), layer.outputs())).distinct()
                .mapToLong(n -> memory.pooled(memory.buffers(OuterProducts.program(positions, n)))).sum();
    }
}
