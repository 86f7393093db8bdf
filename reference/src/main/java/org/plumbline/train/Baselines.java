package org.plumbline.train;

import java.util.List;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.ModelException;

/** The mean loss per loss position, in nats, of models that look at labels alone: what a trained model must beat. */
public final class Baselines {
    private Baselines() {}

    /**
     * The loss of the best fixed distribution over labels.
     *
     * @param meanLoss mean loss per loss position of the evaluated examples, in nats
     * @param smoothed whether one was added to all counts, because an evaluated label never occurs in training
     */
    public record Unigram(double meanLoss, boolean smoothed) {}

    /**
     * {@code log V}: all labels alike.
     *
     * @param classes {@code V}
     */
    public static double uniform(int classes) {
        TrainingException.require(classes >= 1, "classes", classes, "at least 1");
        return Math.log(classes);
    }

    /**
     * The cross-entropy of the evaluated labels under the label frequencies of the training examples, counted over loss
     * positions. Frequencies are maximum likelihood, {@code c_y / Σ c}: on the training examples themselves the result
     * is the labels' entropy. If an evaluated label never occurs in training, that would be infinite; then all
     * {@code V} labels are counted once more (Laplace), {@code (c_y + 1) / (Σ c + V)}, and the result says so.
     *
     * @param classes {@code V}
     * @throws TrainingException if training or evaluated examples have no loss position
     * @throws ModelException if a label is outside {@code 0 … V − 1}, or an example has none
     */
    public static Unigram unigram(List<Example> training, List<Example> evaluated, int classes) {
        long[] seen = counts("training", training, classes);
        long[] asked = counts("evaluated", evaluated, classes);
        long smoothing = 0;
        long total = 0;
        for (int label = 0; label < classes; label++) {
            total += seen[label];
            if (asked[label] > 0 && seen[label] == 0) {
                smoothing = 1;
            }
        }
        double denominator = Math.log((double) (total + smoothing * classes));
        double loss = 0;
        long positions = 0;
        for (int label = 0; label < classes; label++) {
            if (asked[label] > 0) {
                loss += asked[label] * (denominator - Math.log(seen[label] + smoothing));
                positions += asked[label];
            }
        }
        return new Unigram(loss / positions, smoothing > 0);
    }

    private static long[] counts(String role, List<Example> examples, int classes) {
        long[] counts = new long[classes];
        long positions = 0;
        for (Example example : examples) {
            if (!(example.storages(Precision.DOUBLE).get(Example.LABELS) instanceof Storage.Indices(int[] labels))) {
                throw new ModelException("found an example without '" + Example.LABELS + "', expected class labels");
            }
            double[] weights = example.reals(Example.WEIGHTS);
            for (int t = 0; t < labels.length; t++) {
                if (weights[t] != 0) {
                    if (labels[t] < 0 || labels[t] >= classes) {
                        throw new ModelException("label " + labels[t] + " is outside 0 to " + (classes - 1));
                    }
                    counts[labels[t]]++;
                    positions++;
                }
            }
        }
        if (positions == 0) {
            throw new TrainingException(role + " examples: found no position that bears loss, expected at least one");
        }
        return counts;
    }
}
