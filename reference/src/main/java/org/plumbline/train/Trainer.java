package org.plumbline.train;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Workers;
import org.plumbline.io.Hashes;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;

/**
 * Trains a model on examples: each step descends the mean loss per loss position of one batch,
 * {@code Σ_m L(z_m, θ) / Σ_m T_m} with both sums over the batch, so that every position of a batch counts alike
 * whatever the length of its example.
 *
 * <p>Examples of different length are padded on the right to the longest. The order of the examples is drawn anew each
 * epoch from a generator keyed by seed and epoch. Parameters after a given step depend, bit for bit, on the model, the
 * examples, the initial parameters, the configuration and the engine, and not on the number of threads nor on where the
 * run was cut ({@link Checkpoint}).
 *
 * <pre>
 * Trainer trainer = new Trainer(model, examples, config, engine, workers);
 * TrainingState state = trainer.begin(model.initialize(random));
 * trainer.run(state, config.steps(), listener);
 * Parameters trained = state.parameters();
 * </pre>
 *
 * <p>A step costs about three forward passes of the batch. Memory: in double precision the parameters, their
 * gradient and the optimizer's moments, and a compiled micro-batch with its gradients for each thread. Not thread-safe.
 */
public final class Trainer {
    private final Model model;
    private final TrainingConfig config;
    private final Engine engine;
    private final Workers workers;
    private final ExampleTable table;
    private final BatchOrder order;
    private final BatchGradient batchGradient;

    /**
     * Checks the examples and compiles the program of a micro-batch.
     *
     * @throws TrainingException if there is no example, or one bears no loss
     * @throws ModelException if an example does not fit the model
     */
    public Trainer(Model model, List<Example> examples, TrainingConfig config, Engine engine, Workers workers) {
        this.model = model;
        this.config = config;
        this.engine = engine;
        this.workers = workers;
        this.table = new ExampleTable(model, examples, config.precision());
        this.order = new BatchOrder(table.size(), config.batchSize(), config.seed());
        this.batchGradient = new BatchGradient(engine, model.space(), table, config, workers);
    }

    /** The configuration. */
    public TrainingConfig config() {
        return config;
    }

    /** Number of steps in which every example is seen once. */
    public long stepsPerEpoch() {
        return order.batchesPerEpoch();
    }

    /**
     * The state before the first step. The parameters are copied.
     *
     * @throws ModelException if they are not the model's
     */
    public TrainingState begin(Parameters initial) {
        if (!initial.space().equals(model.space())) {
            throw new ModelException("the initial parameters belong to another model: found "
                    + initial.space().shapes() + ", expected " + model.space().shapes());
        }
        return new TrainingState(ParameterVector.of(initial), new OptimizerState(config.optimizer(), model.space()));
    }

    /**
     * Moves {@code state} on until {@code until} steps are taken in all; does nothing if they are.
     *
     * @param until at most the configured number of steps
     * @throws TrainingException if {@code until} exceeds that, or the loss or its gradient is not finite: the state is
     *     then as it was before the step that failed
     * @throws org.plumbline.engine.EngineException if a token or label is outside the model's range
     */
    public void run(TrainingState state, long until, TrainingListener listener) {
        TrainingException.require(until <= config.steps(), "steps to run to", until, "at most " + config.steps());
        EngineParameters parameters = new EngineParameters(state.vector(), config.precision());
        batchGradient.bindParameters(parameters.storages());
        while (state.step() < until) {
            long step = state.step() + 1;
            int[] batch = order.batch(step);
            double loss = batchGradient.compute(batch);
            double norm = batchGradient.gradient().clip(workers, config.clipNorm());
            if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
                throw new TrainingException("step " + step + ": found loss " + loss + " and gradient norm " + norm
                        + ", expected finite numbers: lower the learning rate or clip the gradient");
            }
            double rate = config.schedule().rate(step);
            state.optimizer().update(workers, rate, state.vector(), batchGradient.gradient());
            parameters.refresh(workers);
            listener.taken(new TrainingStep(
                    step, config.steps(), loss, norm, rate, batch.length,
                    Arrays.stream(batch).mapToLong(table::fedPositions).sum()));
        }
    }

    Model model() {
        return model;
    }

    /**
     * What must be the same for a saved state to be continued bit for bit, by name. The number of steps is not part of
     * it: a run may be extended as far as its schedule allows.
     */
    SequencedMap<String, String> identity() {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        String description = model.space().shapes() + "\n" + table.loss();
        identity.put("model", Hashes.sha256(description.getBytes(StandardCharsets.UTF_8)));
        identity.put("examples", table.digest());
        identity.put("engine", engine.name());
        identity.put("precision", config.precision().name());
        identity.put("optimizer", config.optimizer().toString());
        identity.put("schedule", config.schedule().toString());
        identity.put("batch size", Integer.toString(config.batchSize()));
        identity.put("micro-batch size", Integer.toString(config.microBatchSize()));
        identity.put("clipping norm", Double.toString(config.clipNorm()));
        identity.put("seed", Long.toString(config.seed()));
        return identity;
    }
}
