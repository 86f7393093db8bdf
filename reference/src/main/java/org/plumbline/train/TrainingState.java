package org.plumbline.train;

import org.plumbline.model.Parameters;

/**
 * Where a training is: the parameters and what the optimizer remembers. Mutable: {@link Trainer#run} moves it on. Made
 * by {@link Trainer#begin} or {@link Checkpoint#read}.
 */
public final class TrainingState {
    private final ParameterVector vector;
    private final OptimizerState optimizer;

    TrainingState(ParameterVector vector, OptimizerState optimizer) {
        this.vector = vector;
        this.optimizer = optimizer;
    }

    /** Number of steps taken. */
    public long step() {
        return optimizer.step();
    }

    /** A copy of the parameters, in double precision. */
    public Parameters parameters() {
        return vector.toParameters();
    }

    ParameterVector vector() {
        return vector;
    }

    OptimizerState optimizer() {
        return optimizer;
    }
}
