package org.plumbline.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.plumbline.engine.Workers;
import org.plumbline.model.ParameterSpace;

/**
 * What an {@link Optimizer} remembers: the number of steps taken and its moments, which start at zero. Mutable; not
 * thread-safe.
 */
public final class OptimizerState {
    private final Optimizer optimizer;
    private final SequencedMap<String, ParameterVector> moments;
    private final boolean[] decays;
    private long step;

    /** The state before the first step. */
    public OptimizerState(Optimizer optimizer, ParameterSpace space) {
        this(optimizer, space, zeros(optimizer, space), 0);
    }

    /** A state that was saved: its moments by name are those of {@link Optimizer#moments}. */
    OptimizerState(
            Optimizer optimizer, ParameterSpace space, SequencedMap<String, ParameterVector> moments, long step) {
        this.optimizer = optimizer;
        this.moments = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(moments));
        this.step = step;
        List<Integer> ranks = space.shapes().values().stream().map(shape -> shape.rank()).toList();
        this.decays = new boolean[ranks.size()];
        for (int i = 0; i < decays.length; i++) {
            decays[i] = ranks.get(i) >= 2;
        }
    }

    private static SequencedMap<String, ParameterVector> zeros(Optimizer optimizer, ParameterSpace space) {
        SequencedMap<String, ParameterVector> zeros = new LinkedHashMap<>();
        optimizer.moments().forEach(name -> zeros.put(name, ParameterVector.zeros(space)));
        return zeros;
    }

    /** Number of steps taken. */
    public long step() {
        return step;
    }

    /** The moments by name, in the order of {@link Optimizer#moments}. */
    public SequencedMap<String, ParameterVector> moments() {
        return moments;
    }

    /** Takes one step: changes {@code parameters} and the moments in place. */
    public void update(Workers workers, double rate, ParameterVector parameters, ParameterVector gradient) {
        step++;
        ParameterVector[] m = moments.values().toArray(ParameterVector[]::new);
        parameters.forEach(workers, (p, from, to) -> {
            double[] theta = parameters.array(p);
            double[] g = gradient.array(p);
            switch (optimizer) {
                case AdamW adamW -> adamW.update(
                        step, rate, decays[p], theta, g, m[0].array(p), m[1].array(p), from, to);
                case Sgd sgd -> sgd.update(rate, theta, g, m[0].array(p), from, to);
            }
        });
    }
}
