package org.plumbline.verification.bench;

import java.util.List;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.TrackedLayer;

/**
 * A fixed configuration of the benchmark of influence at scale, and the useful floating-point operations of its stages:
 * a multiplication and an addition count as two, redundant work as none, and a symmetric product as half of a full one.
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
        double weights = model.layers() * block() + head();
        return tokens() * (4 * weights + 12.0 * LENGTH * model.width() * model.layers());
    }

    /** Weights of a block. */
    private double block() {
        return 4.0 * model.width() * model.width() + 2.0 * model.width() * model.hidden();
    }

    private double head() {
        return (double) model.width() * model.vocabulary();
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

    /**
     * Pairwise scores, and for each token and query {@code Σ 2 in out} where the MLPs' layers move and
     * {@code 2 P₁ + 8Td(L − 1)} where the tangents pass on: {@code P₁} are the weights after the first block's first
     * MLP layer, without the head.
     */
    double predicted(List<TrackedLayer> layers) {
        double area = layers.stream().mapToDouble(ScaleConfiguration::area).sum();
        double passed = (model.layers() - 1) * block() + (double) model.width() * model.hidden();
        double mixed = 8.0 * LENGTH * model.width() * (model.layers() - 1);
        return pairwise(layers) + tokens() * queries * (2 * area + 2 * passed + mixed);
    }

    /**
     * Predicted tokens, and for each token and query the head's two products and the way back: {@code Σ 2 in out},
     * {@code 2P} of the blocks, and {@code 8Td} in the first of them and {@code 16Td} in the others.
     */
    double read(List<TrackedLayer> layers) {
        double area = layers.stream().mapToDouble(ScaleConfiguration::area).sum();
        double mixed = 8.0 * LENGTH * model.width() * (2 * model.layers() - 1);
        return predicted(layers) + tokens() * queries * (2 * area + 2 * model.layers() * block() + 4 * head() + mixed);
    }

    private static double squares(TrackedLayer layer) {
        return (double) layer.inputs() * layer.inputs() + (double) layer.outputs() * layer.outputs();
    }

    private static double area(TrackedLayer layer) {
        return (double) layer.inputs() * layer.outputs();
    }
}
