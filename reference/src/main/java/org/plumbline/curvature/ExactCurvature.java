package org.plumbline.curvature;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.plumbline.autodiff.Vmap;
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
 * <p>Vectors that are multiplied together share one program run an example, as far as {@value #ROWS} positions go:
 * what does not depend on the vector is computed once for all of them.
 *
 * <p>Cost: a small multiple of {@code N} forward and backward passes for each product; memory a few vectors.
 */
public final class ExactCurvature implements FiniteSumCurvature {
    /** Vectors times positions of one run, so that the working set of a model worth sharing stays in a core's cache. */
    private static final int ROWS = 1024;

    private final Objective objective;
    private final BlockSpace space;
    private final Compute compute;
    private final IntFunction<Program> programOfLength;
    private final int mostTogether;
    private final Mean all;

    /** By the number of vectors that a run multiplies. */
    private final Map<Integer, ExampleRuns> runs = new ConcurrentHashMap<>();

    private ExactCurvature(
            Objective objective, BlockSpace space, Compute compute, IntFunction<Program> programOfLength) {
        this.objective = objective;
        this.space = space;
        this.compute = compute;
        this.programOfLength = programOfLength;
        int longest = objective.examples().stream().mapToInt(Example::length).max().orElseThrow();
        this.mostTogether = Math.max(1, ROWS / longest);
        this.all = new Mean(objective.examples());
    }

    /** {@code H = ∇²J}. */
    public static ExactCurvature hessian(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, length -> CurvaturePrograms.hessianProduct(model, space, length));
    }

    /**
     * {@code G = 1/N Σ_m Σ_t J_tᵀ H_t J_t}, {@code H_t} the Hessian of the loss in the outputs of position {@code t}.
     * For softmax cross-entropy with weights 0 and 1 it is the true Fisher.
     */
    public static ExactCurvature gaussNewton(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, length -> CurvaturePrograms.gaussNewtonProduct(model, space, length));
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
        private final List<Example> examples;

        Mean(List<Example> examples) {
            if (examples.isEmpty()) {
                throw new IllegalArgumentException("found no examples, expected at least one for a mean");
            }
            this.examples = examples;
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
            double[][] products = new double[vectors.length][];
            for (int from = 0; from < vectors.length; from += mostTogether) {
                int end = Math.min(from + mostTogether, vectors.length);
                double[][] some = together(Arrays.copyOfRange(vectors, from, end));
                System.arraycopy(some, 0, products, from, end - from);
            }
            return products;
        }

        /** Products with as many vectors as a run takes. */
        private double[][] together(double[][] vectors) {
            int count = vectors.length;
            int n = space.dimension();
            ExampleRuns run = runs.computeIfAbsent(count, ExactCurvature.this::runsOf);
            Storage[] directions = directions(vectors);
            double[] sum = ExampleSum.of(
                    examples, Math.multiplyExact(count, n), compute.workers(),
                    (partial, index, example) -> run.with(example, executable -> {
                        for (int i = 0; i < directions.length; i++) {
                            executable.bindPresent(Map.of(BlockSpace.direction(space.blocks().get(i)), directions[i]));
                        }
                        executable.run();
                        addResults(executable, count, partial);
                    }));
            Vectors.scale(1.0 / examples.size(), sum);
            double[][] split = new double[count][];
            for (int k = 0; k < count; k++) {
                split[k] = Arrays.copyOfRange(sum, k * n, (k + 1) * n);
            }
            return split;
        }
    }

    private ExampleRuns runsOf(int vectors) {
        List<String> directions = space.blocks().stream().map(BlockSpace::direction).toList();
        return new ExampleRuns(compute, objective.parameters(), length -> {
            Program one = programOfLength.apply(length);
            return vectors == 1
                    ? one
                    : Vmap.of(one, vectors, directions.stream().filter(one.inputs()::containsKey).toList());
        });
    }

    /** The directions of each block, {@code [vectors, size]}. */
    private Storage[] directions(double[][] vectors) {
        Storage[] directions = new Storage[space.blocks().size()];
        for (int i = 0; i < directions.length; i++) {
            int size = space.blocks().get(i).size();
            double[] stacked = new double[vectors.length * size];
            for (int k = 0; k < vectors.length; k++) {
                System.arraycopy(vectors[k], space.offset(i), stacked, k * size, size);
            }
            directions[i] = Storage.of(stacked);
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
