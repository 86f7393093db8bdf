package org.plumbline.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.autodiff.Names;
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
    private final MicroBatches microBatches;
    private final List<String> parameters;
    private final ParameterVector gradient;

    BatchGradient(Engine engine, ParameterSpace space, ExampleTable table, TrainingConfig config, Workers workers) {
        this.table = table;
        this.workers = workers;
        this.gradient = ParameterVector.zeros(space);
        // A parameter that the loss does not read has gradient 0.
        this.parameters = space.shapes().keySet().stream().filter(table.loss().inputs()::containsKey).toList();
        int mostExamples = Math.min(config.batchSize(), table.size());
        int size = Math.min(config.microBatchSize(), mostExamples);
        this.microBatches = new MicroBatches(
                engine, LossPrograms.gradient(table, size, parameters), config.precision(), table, size, mostExamples,
                workers);
    }

    void bindParameters(Map<String, Storage> storages) {
        microBatches.bindParameters(storages);
    }

    /** The gradient that {@link #compute} left; overwritten by the next. */
    ParameterVector gradient() {
        return gradient;
    }

    /** Computes the gradient of a batch and returns its mean loss. */
    double compute(int[] examples) {
        gradient.clear();
        double[] loss = {0};
        microBatches.run(examples, (first, results) -> {
            results.forEach(result -> loss[0] += result.scalar(Model.LOSS));
            accumulate(results);
        });
        long positions = Arrays.stream(examples).mapToLong(table::lossPositions).sum();
        gradient.scale(workers, 1.0 / positions);
        return loss[0] / positions;
    }

    private void accumulate(List<Executable> results) {
        Storage[][] parts = new Storage[gradient.names().size()][];
        for (int p = 0; p < parts.length; p++) {
            String name = gradient.names().get(p);
            parts[p] = !parameters.contains(name) ? new Storage[0] : results.stream()
                    .map(result -> result.output(Names.gradient(name))).toArray(Storage[]::new);
        }
        gradient.forEach(workers, (parameter, from, to) -> {
            for (Storage part : parts[parameter]) {
                add(part, gradient.array(parameter), from, to);
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
