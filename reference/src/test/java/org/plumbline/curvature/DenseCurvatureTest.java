package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.program.Shape;
import org.plumbline.solve.RandomSystems;

class DenseCurvatureTest {

    private static BlockSpace space(int parameters) {
        return new BlockSpace(List.of(
                new ParameterBlock("layer", "weight", Shape.of(1, parameters), Optional.empty())));
    }

    /** The identity on as many parameters as one likes, at no cost. */
    private static Curvature identity(int parameters) {
        BlockSpace space = space(parameters);
        return new Curvature() {
            @Override
            public BlockSpace space() {
                return space;
            }

            @Override
            public double[] apply(double[] v) {
                return v.clone();
            }
        };
    }

    /** 80 TB, and as many elements as an array of Java cannot have: refused before anything is allocated. */
    @ParameterizedTest
    @ValueSource(ints = {3_000_000, 46_341, 65_536})
    void whatDoesNotFitIsRefused(int parameters) {
        InsufficientMemoryException refused = assertThrows(InsufficientMemoryException.class,
                () -> DenseCurvature.of(identity(parameters), RandomSystems.COMPUTE));
        assertTrue(refused.getMessage().startsWith(String.format("a dense curvature of %,d parameters", parameters)),
                refused.getMessage());
    }

    @Test
    void aMatrixOfAnotherSizeIsRefused() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> new DenseCurvature(space(3), new double[8], RandomSystems.COMPUTE));
        assertEquals("a curvature of 3 parameters has 9 elements, found 8", refused.getMessage());
        assertNotNull(new DenseCurvature(space(3), new double[9], RandomSystems.COMPUTE));
    }
}
