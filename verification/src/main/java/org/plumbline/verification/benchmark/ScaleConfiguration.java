package org.plumbline.verification.benchmark;

import java.util.List;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.TrackedLayer;

/**
 * A fixed configuration of the benchmark of influence at scale, and the useful floating-point operations of its stages: a
 * multiplication and an addition count as two, redundant work as none, and a symmetric product as half of a full one.
 *
 * <p>Per token, with {@code P} the weights of all linear layers and the head, {@code T} positions, width {@code d} and
 * {@code L} blocks, the forward pass takes {@code 2P + 4TdL} and the backward pass to the pre-activations
 * {@code 2P + 8TdL}. Sums below are over the tracked layers, biases left out.
 *
 * @param name for the command line
 */
public record ScaleConfiguration(String name, Gpt2Config model, int sequences, int queries) {
    /** Positions of a sequence. */
    public static final int LENGTH = 128;

    private static final int BYTES = 256;

    /** 4 blocks of width 128. */
    public static ScaleConfiguration small() {
        return new ScaleConfiguration("small", new Gpt2Config(BYTES, LENGTH, 128, 4, 4, 512, false, 1e-5), 2000, 16);
    }

    /** 6 blocks of width 256. */
    public static ScaleConfiguration mid() {
        return new ScaleConfiguration("mid", new Gpt2Config(BYTES, LENGTH, 256, 6, 4, 1024, false, 1e-5), 2000, 16);
    }

    /** With another number of sequences. */
    public ScaleConfiguration ofSequences(int count) {
        return new ScaleConfiguration(name, model, count, queries);
    }

    private double tokens() {
        return (double) sequences * LENGTH;
    }

    private double passes() {
        double width = model.width();
        double weights = model.layers() * (4 * width * width + 2 * width * model.hidden()) + width * model.vocabulary();
        return tokens() * (4 * weights + 12 * LENGTH * width * model.layers());
    }

    /** Passes, {@code Σ (in² + out²)} a token. */
    double factors(List<TrackedLayer> layers) {
        return passes() + tokens() * layers.stream().mapToDouble(ScaleConfiguration::squares).sum();
    }

    /** Passes, {@code Σ 2 (in² + out²)} for rotations and {@code Σ 2 in out} for gradients a token. */
    double moments(List<TrackedLayer> layers) {
        return passes() + tokens() * layers.stream().mapToDouble(l -> 2 * squares(l) + 2 * area(l)).sum();
    }

    /** Passes, {@code Σ 2 in out} a token for gradients, and {@code Σ 2 n in out} a sequence for {@code n} queries. */
    double pairwise(List<TrackedLayer> layers) {
        double area = layers.stream().mapToDouble(ScaleConfiguration::area).sum();
        return passes() + 2 * area * (tokens() + (double) queries * sequences);
    }

    /** Passes and {@code Σ 2 n in out} a token. */
    double tokenwise(List<TrackedLayer> layers) {
        return passes() + tokens() * queries * layers.stream().mapToDouble(l -> 2 * area(l)).sum();
    }

    /** Passes and {@code Σ 2 n r (in + out)} a token. */
    double tokenwise(List<TrackedLayer> layers, int rank) {
        return passes() + tokens() * queries * rank
                * layers.stream().mapToDouble(l -> 2.0 * (l.inputs() + l.outputs())).sum();
    }

    private static double squares(TrackedLayer layer) {
        return (double) layer.inputs() * layer.inputs() + (double) layer.outputs() * layer.outputs();
    }

    private static double area(TrackedLayer layer) {
        return (double) layer.inputs() * layer.outputs();
    }
}
