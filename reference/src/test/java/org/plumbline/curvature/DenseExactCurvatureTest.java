package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.DecoderFixture;

/** The fast construction of dense curvatures against their definition, products with unit vectors. */
class DenseExactCurvatureTest {
    private final DecoderFixture fixture = new DecoderFixture("gpt2");
    private final Objective objective = new Objective(fixture.model(), fixture.parameters(), fixture.examples());
    private final Compute compute = new Compute(LoweredEngine.scalar(), Workers.serial());
    private final BlockSpace all = BlockSpace.ofLayers(fixture.model().layers());

    @Test
    void gaussNewtonEqualsItsDefinition() {
        assertSame(DenseExactCurvature.gaussNewton(objective, fixture.model().layers(), compute, done -> {}),
                DenseCurvature.of(ExactCurvature.gaussNewton(objective, all, compute), compute));
    }

    @Test
    void hessianEqualsItsDefinition() {
        assertSame(DenseExactCurvature.hessian(objective, fixture.model().layers(), compute, done -> {}),
                DenseCurvature.of(ExactCurvature.hessian(objective, all, compute), compute));
    }

    /**
     * Both sum the same products in another order: some thousand roundings, {@code 1e4 · 1.1e-16}, with room to spare.
     */
    private static void assertSame(DenseCurvature found, DenseCurvature expected) {
        double[] difference = found.matrix().clone();
        Vectors.axpy(-1, expected.matrix(), difference);
        double error = Vectors.norm(difference) / Vectors.norm(expected.matrix());
        assertTrue(error <= 1e-11, () -> "relative error " + error);
    }
}
