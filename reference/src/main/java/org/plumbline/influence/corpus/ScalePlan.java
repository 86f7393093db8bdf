package org.plumbline.influence.corpus;

import java.nio.file.Path;
import java.util.List;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.influence.scan.MemoryPlan;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.io.DiskSpace;
import org.plumbline.io.InputException;
import org.plumbline.model.TrackedLayer;

/**
 * What the stages of influence need in memory and on disk.
 *
 * @param stages in their order
 */
public record ScalePlan(List<Stage> stages) {
    /** The stage of a fit. */
    public static final String FIT = "fit";

    /** The stage of a scan. */
    public static final String SCAN = "scan";

    /** The stage of a scan that scores tokens too. */
    public static final String TOKEN_SCAN = "scan with tokens";

    /** The stage of a scan of each sequence against itself. */
    public static final String SELF_SCAN = "self scan";

    /**
     * One stage.
     *
     * @param heapBytes arrays held at one time
     * @param residentBytes of the process: the arrays and the JVM itself
     * @param corpusBytes of the corpus as tokens, in the scratch folder
     * @param storeBytes of the store that it leaves, with what it keeps on the way
     */
    public record Stage(String name, long heapBytes, long residentBytes, long corpusBytes, long storeBytes) {
        private static Stage of(String name, long heapBytes, long corpusBytes, long storeBytes) {
            return new Stage(name, heapBytes, heapBytes + JvmMemory.bytes(), corpusBytes, storeBytes);
        }

        /** All that is on disk at one time. */
        public long diskBytes() {
            return corpusBytes + storeBytes;
        }
    }

    public ScalePlan {
        stages = List.copyOf(stages);
    }

    /**
     * The plan of a pipeline.
     *
     * @param lengths of the sequences
     * @param stored positions that a stored sequence has room for, and a query has at most
     * @param queries of the scan
     * @param rank of the queries, 0 for whole ones
     * @param strategy of the curvature
     * @param labels of the fit
     * @param tokens what a scan with tokens scores
     */
    public static ScalePlan of(
            Pipeline pipeline, SequenceLengths lengths, int stored, int queries, int rank, Strategy strategy,
            FisherLabels labels, TokenScores tokens) {
        MemoryPlan memory = new MemoryPlan(pipeline, lengths, stored);
        long sequences = lengths.sequences();
        long factors = 0;
        long sums = 0;
        long moments = 0;
        for (TrackedLayer layer : pipeline.layers()) {
            long squares = (long) layer.columns() * layer.columns() + (long) layer.outputs() * layer.outputs();
            factors += strategy.hasBases() ? 2 * squares * Double.BYTES : 0;
            sums += strategy.hasFactors() ? squares / 2 * Double.BYTES : 0;
            moments += strategy.hasMoments() ? (long) layer.size() * Double.BYTES : 0;
        }
        long parameters = pipeline.layers().stream().mapToLong(TrackedLayer::size).sum();
        if (strategy.isDense() && !strategy.hasBases()) {
            factors = Double.BYTES * parameters * parameters;
        } else if (strategy.hasProducts()) {
            factors = Double.BYTES * parameters * strategy.defaultSize();
        }
        long corpus = sequences * (stored * (Integer.BYTES + 1L) + 2 * Integer.BYTES);
        long each = sequences * (2L * Double.BYTES + (long) pipeline.layers().size() * Float.BYTES);
        long scores = queries * each + memory.storedQueries(queries, rank);
        long preconditioning = memory.queries(queries, rank, strategy);
        // Two generations of running sums exist while one replaces the other.
        return new ScalePlan(List.of(
                Stage.of(FIT, memory.fit(strategy, labels), corpus, factors + 2 * Math.max(sums, moments) + moments),
                Stage.of(SCAN, Math.max(preconditioning, memory.scan(queries, rank, TokenScores.NONE)),
                        corpus, scores),
                Stage.of(TOKEN_SCAN, Math.max(preconditioning, memory.scan(queries, rank, tokens)),
                        corpus, scores + lengths.fed() * queries * Float.BYTES),
                Stage.of(SELF_SCAN, memory.self(strategy), corpus, each)));
    }

    /** The stage of this name. */
    public Stage stage(String name) {
        return stages.stream().filter(stage -> stage.name().equals(name)).findFirst().orElseThrow();
    }

    /**
     * Checks before anything starts that a stage fits. The corpus is on disk by then.
     *
     * @param folder where its results go
     * @throws InsufficientMemoryException if it does not fit into the heap
     * @throws InputException if it does not fit on the disk
     */
    public void requireFits(Path folder, String name) {
        Stage stage = stage(name);
        InsufficientMemoryException.require(stage.heapBytes(), name);
        DiskSpace.require(folder, stage.storeBytes(), name);
    }
}
