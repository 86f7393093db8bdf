package org.plumbline.train;

import org.plumbline.model.Parameters;

/**
 * Where a training is: the parameters and what the optimiser remembers. Mutable: {@link Trainer#run} moves it on. Made
 * by {@link Trainer#begin} or {@link Checkpoint#read}.
 */
public final class TrainingState {
    private final ParameterVector vector;
    private final OptimiserState optimiser;

    TrainingState(ParameterVector vector, OptimiserState optimiser) {
        this.vector = vector;
        this.optimiser = optimiser;
    }

    /** Number of steps taken. */
    public long step() {
        return optimiser.step();
    }

    /** A copy of the parameters, in double precision. */
    public Parameters parameters() {
        return vector.toParameters();
    }

    ParameterVector vector() {
        return vector;
    }

    OptimiserState optimiser() {
        return optimiser;
    }
}
