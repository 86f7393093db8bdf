package org.plumbline.verification.laws;

import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** A way to draw settings, by seed, so that a setting can be drawn again outside a property. */
public abstract class Draw implements ArbitrarySupplier<Setting> {
    /**
     * Seed of properties that say that two things <em>differ</em>. They do for almost every model, but no margin can be
     * derived, and random models come as near to the exceptions as one tries (attention that happens to look at one
     * position mixes nothing): these run on the same models each time.
     */
    static final String SAME_MODELS = "1";

    /** The setting of this seed. */
    public final Setting of(long seed) {
        return draw(seed, new SplittableRandom(seed));
    }

    abstract Setting draw(long seed, SplittableRandom random);

    @Override
    public Arbitrary<Setting> get() {
        return new Seeds().get().map(this::of);
    }

    static int between(SplittableRandom random, int least, int most) {
        return random.nextInt(least, most + 1);
    }
}
