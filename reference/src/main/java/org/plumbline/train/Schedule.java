package org.plumbline.train;

/** The learning rate of each step. */
public sealed interface Schedule {

    /**
     * The learning rate of a step.
     *
     * @param step counted from 1
     */
    double rate(long step);

    /**
     * The same learning rate at every step.
     *
     * @param value not negative
     */
    record Constant(double value) implements Schedule {
        public Constant {
            requireRate("learning rate", value);
        }

        @Override
        public double rate(long step) {
            return value;
        }
    }

    /**
     * Linear warm-up, then half a cosine (Loshchilov and Hutter, <em>SGDR</em>, 2017, eq. 5, without restarts):
     *
     * <pre>
     * η_t = peak · t / warmup                                                              t ≤ warmup
     * η_t = floor + ½ (peak − floor) (1 + cos(π (t − warmup) / (steps − warmup)))    warmup ≤ t ≤ steps
     * </pre>
     *
     * and {@code floor} from then on. The first step has a rate above 0 and step {@code warmup} the peak.
     *
     * @param peak largest rate
     * @param floor rate of the last step, at most {@code peak}
     * @param warmup steps of warm-up, from 0 to {@code steps − 1}
     * @param steps the step at which the floor is reached
     */
    record WarmupCosine(double peak, double floor, long warmup, long steps) implements Schedule {
        public WarmupCosine {
            requireRate("peak learning rate", peak);
            requireRate("floor of the learning rate", floor);
            TrainingException.require(
                    floor <= peak, "floor of the learning rate", floor, "at most the peak " + peak);
            TrainingException.require(steps >= 1, "steps of the schedule", steps, "at least 1");
            TrainingException.require(
                    warmup >= 0 && warmup < steps, "warm-up steps", warmup, "0 to " + (steps - 1));
        }

        @Override
        public double rate(long step) {
            if (step <= warmup) {
                return peak * ((double) step / warmup); // the peak itself, without rounding, at the end
            }
            if (step >= steps) {
                return floor;
            }
            double progress = (double) (step - warmup) / (steps - warmup);
            return floor + 0.5 * (peak - floor) * (1 + StrictMath.cos(Math.PI * progress));
        }
    }

    private static void requireRate(String option, double rate) {
        TrainingException.require(rate >= 0 && Double.isFinite(rate), option, rate, "a number of at least 0");
    }
}
