package org.plumbline.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RotationSweepsTest {

    private static final int WIDTH = 32;

    /** Sweeps that begin and end anywhere, among them some without a rotation, as when a block splits at once. */
    @Property(tries = 300)
    void sweepsTogetherEqualRotationsInTurnToTheBit(
            @ForAll @IntRange(min = 2, max = 30) int n,
            @ForAll @IntRange(max = 9) int sweeps,
            @ForAll boolean ofOneBlock,
            @ForAll long seed) {
        RandomGenerator random = Matrices.random(seed);
        double[] x = Matrices.gaussian(n * WIDTH, random);
        double[] inTurn = x.clone();
        RotationSweeps rotations = new RotationSweeps(9, n);
        for (int round = 0; round < 2; round++) {
            for (int s = 0; s < sweeps; s++) {
                int top = ofOneBlock ? n - 2 : random.nextInt(n - 1);
                int count = ofOneBlock ? Math.max(0, top + 1 - s) : random.nextInt(top + 2);
                rotations.begin(top);
                for (int k = 0; k < count; k++) {
                    double angle = random.nextGaussian();
                    rotations.add(Math.cos(angle), Math.sin(angle));
                    DenseLoops.rotate(inTurn, WIDTH, top - k, Math.cos(angle), Math.sin(angle));
                }
            }
            assertEquals(sweeps == 9, rotations.isFull());
            rotations.apply(x, WIDTH);
            rotations.clear();
            assertArrayEquals(inTurn, x);
        }
    }
}
