package org.plumbline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.linalg.Vectors;

/**
 * Decoders against their definition in loops, and what padding and positions may change.
 *
 * <p>Tolerance: a few hundred dependent operations, {@code 10³ · 1.1e-16 ≈ 1e-13}, enlarged by normalizations that
 * divide by a small deviation, at worst by {@code 1/√ε ≈ 300} for each of at most five.
 */
class DecodersTest {
    private static final double TOLERANCE = 1e-9;

    @Property(tries = 200)
    void programIsTheDefinition(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        Example example = RandomDecoders.example(drawn.model(), new SplittableRandom(drawn.seed() + 1));
        double[][] expected = new LoopDecoder(drawn.model(), drawn.parameters(), example).logits();
        assertClose(fed(example, flat(expected)), fed(example, logits(drawn, example)));
    }

    @Property(tries = 50)
    void paddingChangesNothing(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        Example example = Example.ofTokens(
                new SplittableRandom(drawn.seed() + 1).ints(5, 0, drawn.model().vocabulary()).toArray());
        double[] expected = logits(drawn, example);
        for (Example padded : new Example[] {example.padLeft(7), example.padRight(7)}) {
            assertClose(expected, fed(padded, logits(drawn, padded)));
        }
    }

    /** Rotary embeddings see differences of positions alone. */
    @Property(tries = 50)
    void rotaryModelsDoNotSeeWhereASequenceBegins(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        Assume.that(drawn.model().architecture().embedding().positions().isEmpty());
        Example example = Example.ofTokens(
                new SplittableRandom(drawn.seed() + 1).ints(5, 0, drawn.model().vocabulary()).toArray()).padLeft(7);
        Example shifted = new Example(7,
                Map.of(Example.TOKENS, example.indices(Example.TOKENS), Example.LABELS, example.indices(Example.LABELS),
                        Example.POSITIONS, Arrays.stream(example.indices(Example.POSITIONS)).map(p -> p + 3).toArray()),
                Map.of(Example.FED, example.reals(Example.FED), Example.WEIGHTS, example.reals(Example.WEIGHTS)));
        assertClose(fed(example, logits(drawn, example)), fed(shifted, logits(drawn, shifted)));
    }

    @Property(tries = 50)
    void everyMatrixIsTrackedOnceAndHasARole(@ForAll(supplier = RandomDecoders.class) RandomDecoders.Drawn drawn) {
        Decoder model = drawn.model();
        int mlpMatrices = 0;
        for (Block block : model.architecture().blocks()) {
            mlpMatrices += block.mlp() instanceof FeedForward.Gated ? 3 : 2;
        }
        assertEquals(mlpMatrices, model.mlpLayers().size());
        assertTrue(model.mlpLayers().stream().allMatch(layer -> layer.name().contains(".mlp.")));
        long matrices = model.space().shapes().values().stream().filter(shape -> shape.rank() == 2).count();
        int tables = model.architecture().embedding().positions().isPresent() ? 2 : 1;
        assertEquals(matrices - tables, model.layers().size());
        assertEquals(model.space(), model.initialize(new SplittableRandom(1)).space());
    }

    @Test
    void examplesBeyondTheContextAreRefused() {
        Decoder model = RandomDecoders.of(1).model();
        assertThrows(ModelException.class, () -> model.outputs(model.maximumLength() + 1));
    }

    private static double[] logits(RandomDecoders.Drawn drawn, Example example) {
        Executable run = LoweredEngine.scalar().compile(drawn.model().outputs(example.length()), Precision.DOUBLE);
        run.bindPresent(drawn.parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.run();
        return run.doubles(Model.OUTPUTS).clone();
    }

    /** The rows of fed positions. */
    private static double[] fed(Example example, double[] rows) {
        double[] fed = example.reals(Example.FED);
        int width = rows.length / fed.length;
        double[] kept = new double[width * example.fedPositions()];
        int next = 0;
        for (int t = 0; t < fed.length; t++) {
            if (fed[t] != 0) {
                System.arraycopy(rows, t * width, kept, next, width);
                next += width;
            }
        }
        return kept;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static void assertClose(double[] expected, double[] found) {
        assertEquals(expected.length, found.length);
        double[] difference = found.clone();
        Vectors.axpy(-1, expected, difference);
        double error = Vectors.norm(difference);
        assertTrue(error <= TOLERANCE * (1 + Vectors.norm(expected)), () -> "differs by " + error);
    }
}
