package org.plumbline.batch;

import org.plumbline.engine.MemoryEstimate;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;

/**
 * What every plan of the memory of a pipeline counts, without allocating any of it.
 *
 * @param lengths of the sequences
 */
public record PipelineMemory(Pipeline pipeline, SequenceLengths lengths) {

    /** The shape of the largest batch. */
    public BatchShape shape() {
        return new BatchShape(pipeline.batch(), lengths.longest(), true);
    }

    /**
     * Bytes of a pool of executables at most. Where sequences run at several lengths, batches are of all sizes, and an
     * executable takes what its positions are of those of the largest batch.
     *
     * @param largest bytes of an executable for the largest batch
     */
    public long pooled(long largest) {
        long positions = lengths.lengths() * pipeline.batch() * (pipeline.batch() + 1) / 2;
        long shapes = lengths.lengths() == lengths.longest()
                ? 1
                : Math.ceilDiv(positions, (long) pipeline.batch() * lengths.longest());
        return ExecutablePool.mostBytes(pipeline.compute().workers().threads(), shapes, largest);
    }

    /** Bytes of the parameters of the model. */
    public long parameters() {
        return pipeline.model().space().size() * pipeline.precision().bytes();
    }

    /** Bytes of the buffers of a program in the pipeline's precision. */
    public long buffers(Program program) {
        return MemoryEstimate.bufferBytes(program, pipeline.precision());
    }

    /** Elements of a vector over the layers, {@code Σ out · columns}. */
    public long elements() {
        return pipeline.layers().stream().mapToLong(TrackedLayer::size).sum();
    }

    /** Elements of the Kronecker factors of the layers, {@code Σ columns² + out²}. */
    public long factorElements() {
        long elements = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            elements += (long) layer.columns() * layer.columns() + (long) layer.outputs() * layer.outputs();
        }
        return elements;
    }
}
