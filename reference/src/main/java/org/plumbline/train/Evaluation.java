package org.plumbline.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.ModelContext;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;

/**
 * The loss of a model on a fixed set of examples, for any number of parameter values. Compiled once; the result does
 * not depend on the number of threads. Thread-safe.
 */
public final class Evaluation {
    private final ExampleTable table;
    private final Precision precision;
    private final List<Batch> batches;
    private final BatchRuns runs;

    /**
     * @param microBatchSize examples that are run at once by a thread
     * @throws TrainingException if there is no example, or one bears no loss
     * @throws ModelException if an example does not fit the model
     */
    public Evaluation(
            Model model, List<Example> examples, Engine engine, Precision precision, int microBatchSize,
            Workers workers) {
        TrainingException.require(microBatchSize >= 1, "micro-batch size", microBatchSize, "at least 1");
        this.table = new ExampleTable(model, examples, precision);
        this.precision = precision;
        int size = Math.min(microBatchSize, table.size());
        this.batches = table.batches(IntStream.range(0, table.size()).toArray(), size);
        this.runs = new BatchRuns(
                ModelContext.moving(model, precision, new Compute(engine, workers), size),
                shape -> LossPrograms.losses(model, shape), Map.of());
    }

    /** The loss of each example in nats, summed over its loss positions. Parameters of either precision will do. */
    public double[] losses(Parameters parameters) {
        Parameters rounded = parameters.precision() == precision ? parameters : parameters.copy(precision);
        double[] losses = new double[table.size()];
        runs.inOrder(batches.size(), batches::get, rounded.storages(), (result, i) -> {
            double[] some = result.doubles(Model.LOSS);
            for (int m = 0; m < some.length; m++) {
                losses[batches.get(i).numbers().get(m)] = some[m];
            }
        });
        return losses;
    }

    /** The mean loss per loss position in nats: all losses over all loss positions. */
    public double meanLoss(Parameters parameters) {
        return Arrays.stream(losses(parameters)).reduce(0, Double::sum) / lossPositions();
    }

    /** Number of loss positions of all examples. */
    public long lossPositions() {
        return IntStream.range(0, table.size()).mapToLong(table::lossPositions).sum();
    }
}
