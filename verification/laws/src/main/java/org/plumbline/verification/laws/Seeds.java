package org.plumbline.verification.laws;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** The seeds of what a law is checked on: those of {@link LawOptions}, or a random one for each try. */
public final class Seeds implements ArbitrarySupplier<Long> {

    @Override
    public Arbitrary<Long> get() {
        return of(LawOptions.ofProperties().seeds());
    }

    /**
     * Any of {@code seeds}, or any at all if there are none. Where there are no more than a law has tries, each is
     * tried once. A seed is no simpler than another, so none is tried in place of one that fails.
     */
    static Arbitrary<Long> of(List<Long> seeds) {
        return seeds.isEmpty()
                ? Arbitraries.randomValue(random -> random.nextLong())
                : Arbitraries.of(seeds).dontShrink();
    }
}
