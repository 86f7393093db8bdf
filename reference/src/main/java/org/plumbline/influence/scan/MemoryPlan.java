package org.plumbline.influence.scan;

import java.util.SequencedMap;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.Contraction;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.PipelineMemory;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.batch.TokenPrograms;
import org.plumbline.curvature.FitMemory;
import org.plumbline.curvature.Strategy;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Value;

/**
 * Bytes of the arrays that each pass holds at one time, from its programs and sums, without allocating any of them. The
 * JVM itself and its compiled code are not counted.
 */
public final class MemoryPlan {
    private final Pipeline pipeline;
    private final PipelineMemory memory;
    private final BatchShape shape;
    private final int queryLength;
    private final long threads;

    /**
     * @param lengths of the sequences
     * @param queryLength positions of a query at most
     */
    public MemoryPlan(Pipeline pipeline, SequenceLengths lengths, int queryLength) {
        this.pipeline = pipeline;
        this.memory = new PipelineMemory(pipeline, lengths);
        this.shape = memory.shape();
        this.queryLength = queryLength;
        this.threads = pipeline.compute().workers().threads();
    }

    /** Parameters of the model. */
    public long parameters() {
        return memory.parameters();
    }

    /** All passes of a fit, one after the other: that of the largest. */
    public long fit(Strategy strategy, FisherLabels labels) {
        return new FitMemory(pipeline, labels, memory.lengths()).fit(strategy);
    }

    /**
     * Preconditioning: the curvature in both precisions; then programs on one query and, to be truncated, a layer in
     * double precision; and what is kept of all, beside them.
     */
    public long queries(int count, int rank, Strategy strategy) {
        long curvature = curvature(strategy);
        BatchShape one = new BatchShape(1, queryLength, true);
        Contraction contraction = (tokens, results) -> QueryPass.emit(tokens, strategy.hasBases(), results);
        long truncated = rank == 0 ? 0 : pipeline.layers().stream().mapToLong(TrackedLayer::size).max().orElseThrow();
        long running = threads * (Double.BYTES * truncated
                + memory.buffers(TokenPrograms.atTrainingLabels(pipeline.model(), pipeline.layers(), one, contraction)))
                + storedQueries(count, rank);
        return parameters() + curvature * pipeline.precision().bytes() + Math.max(Double.BYTES * curvature, running);
    }

    /** A scan: the queries as they come and in the order of the contraction, and each thread's programs. */
    public long scan(int queries, int rank, TokenScores tokens) {
        long program = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            long cells = (long) shape.size() * shape.length() * queries
                    * (rank == 0 ? Math.min(layer.inputs(), layer.outputs()) : 2L * rank);
            program = Math.max(program, tokens == TokenScores.GRADIENT ? cells : (long) shape.size() * layer.size());
        }
        int bytes = pipeline.precision().bytes();
        long programs = switch (tokens) {
            case NONE, GRADIENT -> training();
            case OUTPUT, INPUT -> tangents(rank, tokens);
        };
        return parameters() + 2 * storedQueries(queries, rank) + memory.pooled(programs + bytes * program);
    }

    /** Self-influence: the curvature in both precisions; then, beside that of the programs, each thread's programs. */
    public long self(Strategy strategy) {
        long curvature = curvature(strategy);
        Contraction contraction = (tokens, results) -> SelfContraction.emit(tokens, strategy.hasBases(), results);
        long running = memory.pooled(memory.buffers(
                TokenPrograms.atTrainingLabels(pipeline.model(), pipeline.layers(), shape, contraction)));
        return parameters() + curvature * pipeline.precision().bytes() + Math.max(Double.BYTES * curvature, running);
    }

    /** Elements of a fitted curvature: eigenvectors and eigenvalues, or a matrix and its factorization. */
    private long curvature(Strategy strategy) {
        long elements = memory.elements();
        if (strategy.hasProducts()) {
            return strategy.defaultSize() * elements;
        }
        if (strategy.isDense() && !strategy.hasBases()) {
            return 4 * elements * elements;
        }
        return (strategy.hasBases() ? memory.factorElements() : 0) + elements;
    }

    /** Bytes of the preconditioned queries. */
    public long storedQueries(int count, int rank) {
        return count * kept(rank) * pipeline.precision().bytes();
    }

    /** Elements of one query. */
    private long kept(int rank) {
        long elements = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            boolean whole = rank == 0 || rank >= Math.min(layer.outputs(), layer.columns());
            elements += whole ? layer.size() : (long) rank * (layer.outputs() + layer.columns());
        }
        return elements;
    }

    private long training() {
        return memory.buffers(TokenPrograms.atTrainingLabels(
                pipeline.model(), pipeline.layers(), shape, MemoryPlan::emitSums));
    }

    private long tangents(int rank, TokenScores tokens) {
        TangentPrograms programs = TangentPrograms.of(pipeline.model(), pipeline.layers().stream()
                .map(layer -> LayerDirection.of(layer, rank)).toList(), shape, MemoryPlan::emitSums, tokens);
        return programs.bytes(pipeline.precision());
    }

    /** A contraction that needs little beside what it is given. */
    private static void emitSums(LayerTokens tokens, SequencedMap<String, Value> results) {
        results.put(tokens.layer().name(), tokens.b().sum(tokens.gradients(), 1, 1));
    }
}
