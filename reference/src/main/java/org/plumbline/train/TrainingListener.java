package org.plumbline.train;

/** Told of every step of a training, in the thread that runs it. */
@FunctionalInterface
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener NONE = step -> {};

    void taken(TrainingStep step);
}
