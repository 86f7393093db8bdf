package org.plumbline.verification.verify;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that several estimators need: done once, and counted in full for each that asks for it. Not thread-safe. */
final class SharedWork {
    private double spared;

    /** {@code work}, done at the first call. */
    <T> Supplier<T> once(Supplier<T> work) {
        return new Once<>(work);
    }

    /** Seconds that callers have been spared since this was last asked. */
    double takeSpared() {
        double taken = spared;
        spared = 0;
        return taken;
    }

    private final class Once<T> implements Supplier<T> {
        private final Supplier<T> work;
        private @Nullable T value;
        private double seconds;

        Once(Supplier<T> work) {
            this.work = work;
        }

        @Override
        public T get() {
            if (value != null) {
                spared += seconds;
                return value;
            }
            double before = spared;
            long begin = System.nanoTime();
            value = work.get();
            // What this work was itself spared belongs to its price.
            seconds = (System.nanoTime() - begin) * 1e-9 + spared - before;
            return value;
        }
    }
}
