package org.plumbline.batch;

import org.plumbline.engine.MemoryEstimate;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;

/** What every plan of the memory of a pipeline counts, without allocating any of it. */
public record PipelineMemory(Pipeline pipeline) {

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
