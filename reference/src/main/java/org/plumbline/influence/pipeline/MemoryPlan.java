package org.plumbline.influence.pipeline;

import org.plumbline.engine.MemoryEstimate;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;

/**
 * Bytes of the arrays that each pass holds at one time, from its programs and sums, without allocating any of them. The
 * JVM itself, its compiled code and what awaits garbage collection are not counted.
 */
public final class MemoryPlan {
    private final Pipeline pipeline;
    private final BatchShape shape;
    private final long threads;

    /**
     * @param length positions of a sequence
     */
    public MemoryPlan(Pipeline pipeline, int length) {
        this.pipeline = pipeline;
        this.shape = new BatchShape(pipeline.batch(), length, true);
        this.threads = pipeline.compute().workers().threads();
    }

    /** Parameters of the model. */
    public long parameters() {
        return pipeline.model().space().size() * pipeline.precision().bytes();
    }

    /** The first pass: programs of each thread, and with the total first each thread's sums, then what it is unpacked to. */
    public long factors() {
        long sums = 0;
        long full = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            sums += squares(layer) / 2;
            full += squares(layer);
        }
        return parameters() + threads * sampled(FactorPass::emit) + Double.BYTES * (sums + Math.max(threads * sums, full));
    }

    /** The eigendecompositions: factors, eigenvectors, and what each thread works in. */
    public long eigenbases() {
        long full = 0;
        long largest = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            full += squares(layer);
            largest = Math.max(largest, Math.max(layer.columns(), layer.outputs()));
        }
        return parameters() + Double.BYTES * (2 * full + threads * 4 * largest * largest);
    }

    /** The second pass: the rotations in both precisions; then programs and sums of each thread, and the total beside them. */
    public long moments() {
        long sums = 0;
        long rotations = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            sums += layer.size();
            rotations += squares(layer);
        }
        long running = threads * (sampled(MomentPass::emitInBasis) + Double.BYTES * sums) + 2 * Double.BYTES * sums;
        return parameters() + rotations * pipeline.precision().bytes() + Math.max(Double.BYTES * rotations, running);
    }

    /** A scan: the fitted curvature that queries came from, the queries in both precisions, and each thread's programs. */
    public long scan(int queries, int rank, boolean tokens) {
        long curvature = 0;
        long perQuery = 0;
        long program = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            curvature += squares(layer) + 2L * layer.size();
            long thin = (long) rank * (layer.outputs() + layer.columns());
            perQuery += rank == 0 ? layer.size() : thin;
            long cells = (long) shape.size() * shape.length() * queries
                    * (rank == 0 ? Math.min(layer.inputs(), layer.outputs()) : 2L * rank);
            program = Math.max(program, tokens ? cells : (long) shape.size() * layer.size());
        }
        int bytes = pipeline.precision().bytes();
        return parameters() + curvature * (Double.BYTES + bytes) + queries * perQuery * (Double.BYTES + bytes)
                + threads * (training() + bytes * program);
    }

    private static long squares(TrackedLayer layer) {
        return (long) layer.columns() * layer.columns() + (long) layer.outputs() * layer.outputs();
    }

    private long sampled(Contraction contraction) {
        TokenPrograms.Sampled programs =
                TokenPrograms.atSampledLabels(pipeline.model(), pipeline.layers(), shape, contraction);
        return bytes(programs.first()) + bytes(programs.second())
                + (long) programs.second().input(TokenPrograms.COTANGENT).shape().size() * pipeline.precision().bytes();
    }

    private long training() {
        return bytes(TokenPrograms.atTrainingLabels(pipeline.model(), pipeline.layers(), shape, (tokens, results) ->
                results.put(tokens.layer().name(), tokens.b().sum(tokens.gradients(), 1, 1))));
    }

    private long bytes(Program program) {
        return MemoryEstimate.bufferBytes(program, pipeline.precision());
    }
}
