package org.plumbline.curvature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.plumbline.autodiff.Vmap;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.ModelContext;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SumPass;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.program.Program;

/**
 * The exact Hessian or Gauss–Newton matrix of an objective as an operator: {@code C v = 1/N Σ_m C_m v}, for any number
 * of parameters (Pearlmutter, <em>Fast Exact Multiplication by the Hessian</em>, 1994; Schraudolph, <em>Fast Curvature
 * Matrix-Vector Products for Second-Order Gradient Descent</em>, 2002). Symmetric up to rounding; exact up to rounding.
 *
 * <p>Vectors that are multiplied together share one program run, as far as {@value #ROWS} positions go: what does not
 * depend on the vector is computed once for all of them. Where the vectors leave room, a run takes up to {@value
 * #BATCH} sequences. A shard has {@value #SHARD} sequences, or fewer where that leaves fewer than {@value #LEAST}
 * shards. So a product depends, in rounding, on the sequences, their number, the length of the longest and the number
 * of vectors that are multiplied together, and not on threads.
 *
 * <p>Cost: a small multiple of {@code N} forward and backward passes for each product; memory a few vectors.
 */
public final class ExactCurvature implements FiniteSumCurvature {
    /** Vectors times positions of one run, so that the working set of a model worth sharing stays in a core's cache. */
    private static final int ROWS = 1024;

    /** Sequences of a run at most. */
    private static final int BATCH = 4;

    /** Sequences of a shard at most. */
    private static final int SHARD = 8;

    /** Shards at least, as far as there are sequences. */
    private static final int LEAST = 4;

    private static final String SUM = "sum";

    private final Objective objective;
    private final BlockSpace space;
    private final Compute compute;
    private final Function<BatchShape, Program> programs;
    private final Mean all;

    /** By the number of vectors that a run multiplies. */
    private final Map<Integer, BatchRuns> runs = new ConcurrentHashMap<>();

    private ExactCurvature(
            Objective objective, BlockSpace space, Compute compute, Function<BatchShape, Program> programs) {
        this.objective = objective;
        this.space = space;
        this.compute = compute;
        this.programs = programs;
        this.all = new Mean(objective.examples());
    }

    /** {@code H = ∇²J}. */
    public static ExactCurvature hessian(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, shape -> CurvaturePrograms.hessianProduct(model, space, shape));
    }

    /**
     * {@code G = 1/N Σ_m Σ_t J_tᵀ H_t J_t}, {@code H_t} the Hessian of the loss in the outputs of position {@code t}.
     * For softmax cross-entropy with weights 0 and 1 it is the true Fisher.
     */
    public static ExactCurvature gaussNewton(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, shape -> CurvaturePrograms.gaussNewtonProduct(model, space, shape));
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public int examples() {
        return objective.examples().size();
    }

    @Override
    public Workers workers() {
        return compute.workers();
    }

    @Override
    public double[] apply(double[] v) {
        return all.apply(v);
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        return all.applyAll(vectors);
    }

    @Override
    public Curvature on(int... subset) {
        return new Mean(Arrays.stream(subset).mapToObj(objective.examples()::get).toList());
    }

    /** The mean over some examples. */
    private final class Mean implements Curvature {
        private final Sequences data;
        private final int longest;

        Mean(List<Example> examples) {
            if (examples.isEmpty()) {
                throw new IllegalArgumentException("found no examples, expected at least one for a mean");
            }
            this.data = Sequences.of(examples);
            this.longest = examples.stream().mapToInt(Example::length).max().orElseThrow();
        }

        @Override
        public BlockSpace space() {
            return space;
        }

        @Override
        public double[] apply(double[] v) {
            return together(new double[][] {v})[0];
        }

        @Override
        public double[][] applyAll(double[][] vectors) {
            int most = Math.max(1, ROWS / longest);
            double[][] products = new double[vectors.length][];
            for (int from = 0; from < vectors.length; from += most) {
                int end = Math.min(from + most, vectors.length);
                double[][] some = together(Arrays.copyOfRange(vectors, from, end));
                System.arraycopy(some, 0, products, from, end - from);
            }
            return products;
        }

        /** Products with as many vectors as a run takes. */
        private double[][] together(double[][] vectors) {
            int count = vectors.length;
            int n = space.dimension();
            BatchRuns run = runs.computeIfAbsent(count, ExactCurvature.this::runsOf);
            Map<String, Storage> directions = directions(vectors);
            double[] sum = new SumPass(
                    context(count), data, Map.of(SUM, Math.multiplyExact(count, n)),
                    (batch, part) -> run.run(
                            batch, directions, executable -> addResults(executable, count, part.get(SUM))))
                    .run(FoldStore.NONE, PassListener.NONE).get(SUM);
            Vectors.scale(1.0 / data.size(), sum);
            double[][] split = new double[count][];
            for (int k = 0; k < count; k++) {
                split[k] = Arrays.copyOfRange(sum, k * n, (k + 1) * n);
            }
            return split;
        }

        /** The sizes of a fold for so many vectors: a minibatch is cut small, so that threads can share it. */
        private ModelContext context(int vectors) {
            int most = Math.clamp(Math.ceilDiv(data.size(), LEAST), 1, SHARD);
            int batch = Math.clamp(ROWS / ((long) vectors * longest), 1, Math.min(BATCH, most));
            return contextOf(batch, most / batch * batch);
        }
    }

    private ModelContext contextOf(int batch, int shard) {
        return ModelContext.at(objective.model(), objective.parameters(), compute, batch, shard);
    }

    private BatchRuns runsOf(int vectors) {
        List<String> directions = space.blocks().stream().map(BlockSpace::direction).toList();
        return new BatchRuns(contextOf(1, 1), shape -> {
            Program one = programs.apply(shape);
            return vectors == 1
                    ? one
                    : Vmap.of(one, vectors, directions.stream().filter(one.inputs()::containsKey).toList());
        }, Map.of());
    }

    /** The directions of each block, {@code [vectors, size]}, by the input that takes them. */
    private Map<String, Storage> directions(double[][] vectors) {
        Map<String, Storage> directions = new LinkedHashMap<>();
        for (int i = 0; i < space.blocks().size(); i++) {
            int size = space.blocks().get(i).size();
            double[] stacked = new double[vectors.length * size];
            for (int k = 0; k < vectors.length; k++) {
                System.arraycopy(vectors[k], space.offset(i), stacked, k * size, size);
            }
            directions.put(BlockSpace.direction(space.blocks().get(i)), Storage.of(stacked));
        }
        return directions;
    }

    private void addResults(Executable executable, int count, double[] sum) {
        for (int i = 0; i < space.blocks().size(); i++) {
            double[] result = executable.doubles(BlockSpace.result(space.blocks().get(i)));
            int size = space.blocks().get(i).size();
            for (int k = 0; k < count; k++) {
                int offset = k * space.dimension() + space.offset(i);
                for (int j = 0; j < size; j++) {
                    sum[offset + j] += result[k * size + j];
                }
            }
        }
    }
}
