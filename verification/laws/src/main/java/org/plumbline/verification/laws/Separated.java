package org.plumbline.verification.laws;

import java.util.List;
import java.util.SplittableRandom;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.model.Decoder;
import org.plumbline.model.TrackedLayer;

/**
 * Settings whose Kronecker eigenbases are unique: no two eigenvalues of a factor are closer than {@link #GAP} of the
 * largest, unless both are zero. What is zero may be repeated, since nothing is read from or written to that space.
 */
public abstract class Separated extends Draw {
    /** Eigenvectors are as exact as their factor divided by this. */
    static final double GAP = 1e-4;

    /** Eigenvalues below this share of the largest are rounding. */
    private static final double ZERO = 1e-11;

    private final Draw source;

    private Separated(Draw source) {
        this.source = source;
    }

    @Override
    Setting draw(long seed, SplittableRandom random) {
        Setting setting = source.draw(seed, random);
        while (!separated(setting)) {
            setting = source.draw(seed, random);
        }
        return setting;
    }

    private static boolean separated(Setting setting) {
        for (KroneckerFactors factors : Subject.library().factors(setting.objective(), setting.layers())) {
            for (double[] factor : List.of(factors.activation(), factors.gradient())) {
                double[] eigenvalues = Dense.eigenvalues(factor);
                double largest = eigenvalues[eigenvalues.length - 1];
                for (int i = 1; i < eigenvalues.length; i++) {
                    boolean bothZero = eigenvalues[i] <= ZERO * largest;
                    if (largest == 0 || !bothZero && eigenvalues[i] - eigenvalues[i - 1] < GAP * largest) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Decoders of one block, on the layers of its MLP. */
    public static final class OfDecoders extends Separated {
        public OfDecoders() {
            super(new Decoders.OnMlpLayers());
        }
    }

    /** The same with all gains 1, on all linear layers of the block. */
    public static final class OfUnitGains extends Separated {
        public OfUnitGains() {
            super(new Decoders.OnMlpLayers() {
                @Override
                double gainDeviation() {
                    return 0;
                }

                @Override
                List<TrackedLayer> layers(Decoder model) {
                    return model.layers();
                }
            });
        }
    }

    /** Decoders with gated MLPs. */
    public static final class OfGated extends Separated {
        public OfGated() {
            super(new Decoders.OnMlpLayers() {
                @Override
                List<Architecture> architectures() {
                    return List.of(Architecture.LLAMA);
                }
            });
        }
    }

    /** Perceptrons with odd activations and at least one hidden layer. */
    public static final class OfPerceptrons extends Separated {
        public OfPerceptrons() {
            super(new Draw() {
                private final Draw perceptrons = new Perceptrons.Smooth();

                @Override
                Setting draw(long seed, SplittableRandom random) {
                    Setting setting = perceptrons.draw(seed, random);
                    while (setting.layers().size() < 2) {
                        setting = perceptrons.draw(seed, random);
                    }
                    return setting;
                }
            });
        }
    }
}
