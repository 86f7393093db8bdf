package org.plumbline.verification.laws;

import java.util.SplittableRandom;

/** Perceptrons and transformers in turn. */
public class Models extends Draw {
    private final Draw perceptrons;
    private final Draw transformers;

    public Models() {
        this(new Perceptrons(), new Transformers());
    }

    Models(Draw perceptrons, Draw transformers) {
        this.perceptrons = perceptrons;
        this.transformers = transformers;
    }

    @Override
    Setting draw(long seed, SplittableRandom random) {
        return (random.nextBoolean() ? perceptrons : transformers).draw(seed, random);
    }

    /** Perceptrons, and decoders of every architecture. */
    public static final class OfEveryArchitecture extends Models {
        public OfEveryArchitecture() {
            super(new Perceptrons(), new Decoders());
        }
    }

    /** With so few label strings that all can be enumerated. */
    public static final class FewLabels extends Models {
        public FewLabels() {
            super(new Perceptrons.FewLabels(), new Transformers.FewLabels());
        }
    }

    /** Small ones with derivatives of every order. */
    public static final class Smooth extends Models {
        public Smooth() {
            super(new Perceptrons.Smooth(), new Transformers.Tiny());
        }
    }

    /** Perceptrons, and transformers on the layers of their MLPs. */
    public static final class Small extends Models {
        public Small() {
            super(new Perceptrons(), new Transformers.MlpLayers());
        }
    }
}
