package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.DecoderFixture;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.Lissa;
import org.plumbline.solve.Minibatches;
import org.plumbline.solve.RandomSystems;

/** The exact operator over some of the examples. */
class FiniteSumTest {
    private static final DecoderFixture FIXTURE = new DecoderFixture("gpt2");
    private static final Objective OBJECTIVE =
            new Objective(FIXTURE.model(), FIXTURE.parameters(), FIXTURE.examples());
    private static final BlockSpace SPACE = BlockSpace.ofLayers(FIXTURE.model().mlpLayers());

    /** Some thousand roundings of products that are summed in another order. */
    private static final double SAME = 1e-11;

    private static ExactCurvature curvature(boolean hessian, Workers workers) {
        Compute compute = new Compute(LoweredEngine.scalar(), workers);
        return hessian
                ? ExactCurvature.hessian(OBJECTIVE, SPACE, compute)
                : ExactCurvature.gaussNewton(OBJECTIVE, SPACE, compute);
    }

    /** {@code C_S} is the curvature of the objective on {@code S}, the whole that of all, and vectors keep apart. */
    @Property(tries = 6)
    void aSubsetIsTheObjectiveOnIt(
            @ForAll boolean hessian, @ForAll @IntRange(min = 1, max = 40) int vectors, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        ExactCurvature whole = curvature(hessian, Workers.serial());
        int examples = whole.examples();
        int[] subset = IntStream.range(0, examples).filter(m -> systems.random().nextBoolean()).toArray();
        int[] some = subset.length == 0 ? new int[] {examples - 1} : subset;
        double[][] v = new double[vectors][];
        for (int i = 0; i < vectors; i++) {
            v[i] = systems.gaussian(SPACE.dimension());
        }
        Objective on = OBJECTIVE.on(IntStream.of(some).mapToObj(OBJECTIVE.examples()::get).toList());
        Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
        ExactCurvature expected = hessian
                ? ExactCurvature.hessian(on, SPACE, compute)
                : ExactCurvature.gaussNewton(on, SPACE, compute);
        double[][] found = whole.on(some).applyAll(v);
        assertArrayEquals(expected.applyAll(v), found);
        for (int i = 0; i < vectors; i++) {
            double[] difference = whole.on(some).apply(v[i]);
            double norm = Vectors.norm(difference);
            Vectors.axpy(-1, found[i], difference);
            assertEquals(0, Vectors.norm(difference), SAME * norm);
        }
        assertArrayEquals(whole.applyAll(v), whole.on(IntStream.range(0, examples).toArray()).applyAll(v));
    }

    /**
     * The mean over sequences of unequal lengths, padded or not and several at a time, is that of the sequences by
     * themselves; and threads change no bit, however many vectors are multiplied together.
     */
    @Property(tries = 6)
    void aProductIsTheMeanOfThoseOfSingleSequences(
            @ForAll boolean hessian, @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll @IntRange(min = 1, max = 6) int vectors, @ForAll @IntRange(min = 2, max = 4) int threads,
            @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        List<org.plumbline.model.Example> examples = IntStream.range(0, count).mapToObj(_ -> {
            org.plumbline.model.Example whole =
                    OBJECTIVE.examples().get(systems.random().nextInt(OBJECTIVE.examples().size()));
            org.plumbline.model.Example some = org.plumbline.model.Example.ofTokens(
                    systems.random().ints(systems.random().nextInt(2, whole.length() + 1), 0, 5).toArray());
            return systems.random().nextBoolean() ? some : some.padRight(whole.length());
        }).toList();
        Objective objective = OBJECTIVE.on(examples);
        Function<Workers, ExactCurvature> curvature = workers -> {
            Compute compute = new Compute(LoweredEngine.scalar(), workers);
            return hessian
                    ? ExactCurvature.hessian(objective, SPACE, compute)
                    : ExactCurvature.gaussNewton(objective, SPACE, compute);
        };
        double[][] v = new double[vectors][];
        for (int i = 0; i < vectors; i++) {
            v[i] = systems.gaussian(SPACE.dimension());
        }
        ExactCurvature whole = curvature.apply(Workers.serial());
        double[][] found = whole.applyAll(v);
        double[][] mean = new double[vectors][SPACE.dimension()];
        double magnitude = 0;
        for (int m = 0; m < count; m++) {
            double[][] one = whole.on(m).applyAll(v);
            for (int i = 0; i < vectors; i++) {
                Vectors.axpy(1.0 / count, one[i], mean[i]);
                magnitude = Math.max(magnitude, Vectors.norm(one[i]));
            }
        }
        for (int i = 0; i < vectors; i++) {
            Vectors.axpy(-1, found[i], mean[i]);
            assertEquals(0, Vectors.norm(mean[i]), SAME * magnitude);
        }
        try (Workers workers = Workers.of(threads)) {
            assertArrayEquals(found, curvature.apply(workers).applyAll(v));
        }
    }

    /** Draws, products and sums: nothing of a solution by minibatches depends on threads. */
    @Example
    void threadsChangeNoBit() {
        RandomSystems systems = new RandomSystems(7);
        double[][] v = {systems.gaussian(SPACE.dimension()), systems.gaussian(SPACE.dimension())};
        Damping damping = Damping.absolute(SPACE, 1);
        Minibatches two = new Minibatches(2, 3);
        try (Workers workers = Workers.of(3)) {
            assertArrayEquals(
                    new Lissa(0, 5).asInverse(curvature(false, Workers.serial()), damping, two, IterationListener.NONE)
                            .applyAll(v),
                    new Lissa(0, 5).asInverse(curvature(false, workers), damping, two, IterationListener.NONE)
                            .applyAll(v));
        }
    }

    /** Of the mean that is at hand for all examples, of the sum for fewer. */
    @Example
    void aMeanAtHandTakesTheProductsWithTheWhole() {
        ExactCurvature sum = curvature(false, Workers.serial());
        double[] v = new RandomSystems(9).gaussian(SPACE.dimension());
        DiagonalCurvature other = new DiagonalCurvature(SPACE, v);
        PrecomputedMean known = new PrecomputedMean(other, sum);
        int[] all = IntStream.range(0, sum.examples()).toArray();
        assertArrayEquals(other.apply(v), known.apply(v));
        assertArrayEquals(other.apply(v), known.applyAll(new double[][] {v})[0]);
        assertArrayEquals(other.apply(v), known.on(all).apply(v));
        assertArrayEquals(sum.on(1).apply(v), known.on(1).apply(v));
        assertEquals(sum.examples(), known.examples());
        BlockSpace elsewhere = BlockSpace.ofLayers(FIXTURE.model().layers());
        double[] longer = new double[elsewhere.dimension()];
        assertThrows(IllegalArgumentException.class,
                () -> new PrecomputedMean(new DiagonalCurvature(elsewhere, longer), sum));
    }

    @Example
    void whatIsNotThereIsRefused() {
        ExactCurvature whole = curvature(false, Workers.serial());
        assertThrows(IllegalArgumentException.class, () -> whole.on());
        assertThrows(IndexOutOfBoundsException.class, () -> whole.on(whole.examples()));
        assertThrows(IndexOutOfBoundsException.class, () -> whole.on(-1));
    }
}
