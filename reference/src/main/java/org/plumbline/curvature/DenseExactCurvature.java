package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.plumbline.autodiff.Staging;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchExecutable;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.ExecutablePool;
import org.plumbline.batch.ModelContext;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;

/**
 * The exact Hessian or Gauss–Newton matrix of a set of layers, dense, built many directions at a time.
 *
 * <p>It equals {@link DenseCurvature#of} applied to {@link ExactCurvature}, and differs in what it does not compute:
 *
 * <ul>
 *   <li>A step in {@code W̄_ℓ[o, i]} moves the pre-activations by {@code ā_t[i] e_o}, so the direction enters as that
 *       shift and nothing below layer {@code ℓ} is differentiated.
 *   <li>Only results of layers from {@code ℓ} on are computed; symmetry gives the others. That is also what makes the
 *       shift exact for the Hessian: the gradient of a later layer depends on {@code W̄_ℓ} through {@code s_ℓ} alone.
 *   <li>Sequences are taken {@code batch} at a time and directions {@code directions} at a time; what does not depend
 *       on the direction is computed once for all of them ({@link Staging}).
 * </ul>
 *
 * <p>Cost: {@code P} forward and backward passes over the data, halved by symmetry; memory {@code 8 P²} bytes. The
 * result does not depend on the number of threads: each writes rows of its own, sequences in order.
 */
public final class DenseExactCurvature {
    /**
     * Rows {@code directions · batch · T} that keep the working set of a run in a core's cache: at width 64 an array of
     * this many is half a MiB. Twice as many cost the Hessian a quarter more time.
     */
    private static final int ROWS = 1024;

    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final BlockSpace space;
    private final Compute compute;
    private final int length;

    private DenseExactCurvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
        this.objective = objective;
        this.layers = List.copyOf(layers);
        this.space = BlockSpace.ofLayers(layers);
        this.compute = compute;
        this.length = objective.examples().stream().mapToInt(Example::length).max().orElseThrow();
        DenseCurvature.requireMemory(space.dimension());
    }

    /**
     * {@code G} on the blocks of these layers.
     *
     * @param layers in the order of the forward pass
     * @param progress told the number of sequences done, after each batch
     * @throws org.plumbline.engine.InsufficientMemoryException if the matrix does not fit into memory
     */
    public static DenseCurvature gaussNewton(
            Objective objective, List<TrackedLayer> layers, Compute compute, IntConsumer progress) {
        DenseExactCurvature build = new DenseExactCurvature(objective, layers, compute);
        return build.build(ShiftPrograms::gaussNewton, progress);
    }

    /** {@code H} on the blocks of these layers; see {@link #gaussNewton}. */
    public static DenseCurvature hessian(
            Objective objective, List<TrackedLayer> layers, Compute compute, IntConsumer progress) {
        DenseExactCurvature build = new DenseExactCurvature(objective, layers, compute);
        return build.build(ShiftPrograms::hessian, progress);
    }

    /** The staged program for directions in layer {@code source}. */
    @FunctionalInterface
    private interface Factory {
        ShiftPrograms of(
                Objective objective, List<TrackedLayer> layers, int source, BatchShape shape, int directions);
    }

    private DenseCurvature build(Factory factory, IntConsumer progress) {
        int n = space.dimension();
        double[] matrix = new double[n * n];
        List<Example> examples = objective.examples();
        int batch = Math.max(1, Math.min(examples.size(), ROWS / (8 * length)));
        int directions = Math.max(8, ROWS / (batch * length));
        ModelContext context = ModelContext.at(objective.model(), objective.parameters(), compute, batch, batch);
        List<LayerRun> runs = List.of();
        int ready = 0;
        for (int from = 0; from < examples.size(); from += batch) {
            List<Example> some = examples.subList(from, Math.min(examples.size(), from + batch));
            // One length for all: programs for every length would cost more than padding.
            Batch current = new Batch(
                    Batch.numbers(from, some.size()), some, new BatchShape(some.size(), length, true));
            if (some.size() != ready) {
                ready = some.size();
                runs = runs(factory, context, current, directions);
            }
            List<LayerRun> layerRuns = runs;
            compute.workers().forEach(layerRuns.size(), i -> layerRuns.get(i).first.run(current));
            List<Runnable> tasks = new ArrayList<>();
            layerRuns.forEach(run -> run.addTasks(matrix, tasks));
            compute.workers().forEach(tasks.size(), i -> tasks.get(i).run());
            progress.accept(from + some.size());
        }
        complete(matrix, n);
        return new DenseCurvature(space, matrix, compute);
    }

    private List<LayerRun> runs(Factory factory, ModelContext context, Batch batch, int directions) {
        List<LayerRun> runs = new ArrayList<>();
        for (int source = 0; source < layers.size(); source++) {
            Staging staging = factory.of(objective, layers, source, batch.shape(), directions).staging();
            runs.add(new LayerRun(
                    source, directions, BatchExecutable.compile(context, staging.first(), Map.of(), batch),
                    staging.second()));
        }
        return runs;
    }

    /** The mean over sequences, the lower blocks from the upper ones, and the exact symmetry of the diagonal blocks. */
    private void complete(double[] matrix, int n) {
        double scale = 1.0 / objective.examples().size();
        int[] blockEnd = new int[n];
        for (int i = 0; i < space.blocks().size(); i++) {
            Arrays.fill(blockEnd, space.offset(i), space.offset(i + 1), space.offset(i + 1));
        }
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                double value = j < blockEnd[i]
                        ? scale * 0.5 * (matrix[i * n + j] + matrix[j * n + i])
                        : scale * matrix[i * n + j];
                matrix[i * n + j] = value;
                matrix[j * n + i] = value;
            }
        }
    }

    /** The directions of one layer: after the first stage has run on a batch of sequences, some at a time. */
    private final class LayerRun {
        private final int source;
        private final int directions;
        private final BatchExecutable first;
        private final Program second;
        private final ExecutablePool<Integer, Executable> pool = new ExecutablePool<>();

        LayerRun(int source, int directions, BatchExecutable first, Program second) {
            this.source = source;
            this.directions = directions;
            this.first = first;
            this.second = second;
        }

        void addTasks(double[] matrix, List<Runnable> tasks) {
            for (int from = 0; from < layers.get(source).size(); from += directions) {
                int start = from;
                tasks.add(() -> pool.borrow(
                        directions, () -> first.compileNext(second), executable -> run(executable, matrix, start)));
            }
        }

        private void run(Executable executable, double[] matrix, int start) {
            int columns = layers.get(source).columns();
            int count = Math.min(directions, layers.get(source).size() - start);
            int[] rows = new int[directions];
            int[] cols = new int[directions];
            for (int k = 0; k < count; k++) {
                rows[k] = (start + k) / columns;
                cols[k] = (start + k) % columns;
            }
            executable.bind(ShiftPrograms.ROW, Storage.of(rows));
            executable.bind(ShiftPrograms.COLUMN, Storage.of(cols));
            executable.run();
            int n = space.dimension();
            for (int target = source; target < layers.size(); target++) {
                double[] result = executable.doubles(ShiftPrograms.result(layers.get(target)));
                int size = layers.get(target).size();
                for (int k = 0; k < count; k++) {
                    int row = (space.offset(source) + start + k) * n + space.offset(target);
                    for (int j = 0; j < size; j++) {
                        matrix[row + j] += result[k * size + j];
                    }
                }
            }
        }
    }
}
