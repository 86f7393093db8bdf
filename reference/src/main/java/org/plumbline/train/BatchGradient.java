package org.plumbline.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.autodiff.Names;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.ModelContext;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.model.Model;
import org.plumbline.model.ParameterSpace;

/**
 * The mean loss per loss position of a batch, {@code Σ_m L(z_m, θ) / Σ_m T_m}, and its gradient in all parameters. The
 * gradients of the micro-batches are summed in their order, in double precision.
 */
final class BatchGradient {
    private final ExampleTable table;
    private final Workers workers;
    private final int size;
    private final BatchRuns runs;
    private final List<String> parameters;
    private final ParameterVector gradient;
    private Map<String, Storage> storages = Map.of();

    BatchGradient(Engine engine, ParameterSpace space, ExampleTable table, TrainingConfig config, Workers workers) {
        this.table = table;
        this.workers = workers;
        this.gradient = ParameterVector.zeros(space);
        // A parameter that the loss does not read has gradient 0.
        this.parameters = space.shapes().keySet().stream().filter(table.loss().inputs()::containsKey).toList();
        this.size = Math.min(config.microBatchSize(), Math.min(config.batchSize(), table.size()));
        this.runs = new BatchRuns(
                ModelContext.moving(table.model(), config.precision(), new Compute(engine, workers), size),
                shape -> LossPrograms.gradient(table.model(), shape, parameters), Map.of());
    }

    /** Sets the parameters that losses are taken at; they may change between batches. */
    void bindParameters(Map<String, Storage> storages) {
        this.storages = storages;
    }

    /** The gradient that {@link #compute} left; overwritten by the next. */
    ParameterVector gradient() {
        return gradient;
    }

    /** Computes the gradient of a batch and returns its mean loss. */
    double compute(int[] examples) {
        gradient.clear();
        double[] loss = {0};
        List<Batch> batches = table.batches(examples, size);
        runs.inOrder(batches.size(), batches::get, storages, (result, _) -> {
            loss[0] += result.scalar(Model.LOSS);
            accumulate(result);
        });
        long positions = Arrays.stream(examples).mapToLong(table::lossPositions).sum();
        gradient.scale(workers, 1.0 / positions);
        return loss[0] / positions;
    }

    private void accumulate(Executable result) {
        Storage[] parts = new Storage[gradient.names().size()];
        for (int p = 0; p < parts.length; p++) {
            String name = gradient.names().get(p);
            parts[p] = parameters.contains(name) ? result.output(Names.gradient(name)) : null;
        }
        gradient.forEach(workers, (parameter, from, to) -> {
            if (parts[parameter] != null) {
                add(parts[parameter], gradient.array(parameter), from, to);
            }
        });
    }

    private static void add(Storage part, double[] sum, int from, int to) {
        switch (part) {
            case Storage.Doubles(double[] array) -> {
                for (int i = from; i < to; i++) {
                    sum[i] += array[i];
                }
            }
            case Storage.Floats(float[] array) -> {
                for (int i = from; i < to; i++) {
                    sum[i] += array[i];
                }
            }
            case Storage.Indices _ -> throw new IllegalStateException("a gradient is real");
        }
    }
}
