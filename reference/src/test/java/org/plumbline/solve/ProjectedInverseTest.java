package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

class ProjectedInverseTest {

    private static List<GradientProjection> projections(RandomSystems systems, BlockSpace space, long seed) {
        List<KroneckerBasis> bases = space.blocks().stream().map(systems::basis).toList();
        return List.of(new GaussianProjection(space, 5, seed), KroneckerProjection.random(space, 2, seed),
                KroneckerProjection.principal(space, bases, 2));
    }

    @Example
    void whatDoesNotFitIsRefused() {
        RandomSystems systems = new RandomSystems(3);
        BlockSpace space = systems.space(2);
        List<KroneckerBasis> bases = space.blocks().stream().map(systems::basis).toList();
        for (GradientProjection projection : projections(systems, space, 3)) {
            assertThrows(SolveException.class, () -> projection.project(new double[space.dimension() + 1]));
            double[] v = new double[space.dimension()];
            v[0] = Double.POSITIVE_INFINITY;
            assertThrows(SolveException.class, () -> projection.project(v));
        }
        assertThrows(SolveException.class, () -> KroneckerProjection.random(space, 0, 3));
        assertThrows(SolveException.class, () -> new GaussianProjection(space, 0, 3));
        assertEquals(1, new GaussianProjection(space, 1, 3).dimension());
        assertThrows(SolveException.class, () -> KroneckerProjection.principal(space, bases, 0));
        assertThrows(SolveException.class, () -> KroneckerProjection.principal(space, bases.subList(0, 1), 1));
        assertEquals(2, KroneckerProjection.random(space, 1, 3).dimension());
        assertEquals(2, KroneckerProjection.principal(space, bases, 1).dimension());
    }

    /** {@code ⟨Rv, y⟩ = ⟨v, Rᵀy⟩}, to the rounding of {@code P ≤ 75} terms. */
    @Property(tries = 50)
    void liftIsTheTransposeOfProject(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        for (GradientProjection projection : projections(systems, space, seed)) {
            double[] v = systems.gaussian(space.dimension());
            double[] y = systems.gaussian(projection.dimension());
            double[] projected = projection.project(v);
            assertEquals(Vectors.dot(projected, y), Vectors.dot(v, projection.lift(y)),
                    // A row has norm √(P/p) or so; ten times that is out of reach.
                    75 * RandomSystems.EPSILON * 100 * Vectors.norm(v) * Vectors.norm(y));
        }
    }

    /**
     * Variance {@code 1/p}: {@code E[(Rx)·(Ry)] = x·y}. For a Gaussian {@code R} one draw has variance
     * {@code (‖x‖²‖y‖² + (x·y)²)/p ≤ 2‖x‖²‖y‖²/p}; a Kronecker product of two has at most
     * {@code ((1 + 2/k_S)(1 + 2/k_A) − 1)} times that product of norms, so 8 for {@code k = 1} and 3 for 2. The mean of
     * 2000 draws is within five deviations but once in a million, and the seeds are fixed.
     */
    @Example
    void projectedProductsAreUnbiased() {
        RandomSystems systems = new RandomSystems(11);
        BlockSpace space = systems.space(2);
        double[] x = systems.gaussian(space.dimension());
        double[] y = x.clone();
        Vectors.axpy(0.5, systems.gaussian(space.dimension()), y);
        double gaussian = 0;
        double kronecker = 0;
        int draws = 2000;
        for (int seed = 0; seed < draws; seed++) {
            GradientProjection dense = new GaussianProjection(space, 4, seed);
            gaussian += Vectors.dot(dense.project(x), dense.project(y)) / draws;
            GradientProjection product = KroneckerProjection.random(space, 2, seed);
            kronecker += Vectors.dot(product.project(x), product.project(y)) / draws;
        }
        double size = Vectors.norm(x) * Vectors.norm(y);
        assertEquals(Vectors.dot(x, y), gaussian, 5 * Math.sqrt(2.0 / 4 / draws) * size);
        assertEquals(Vectors.dot(x, y), kronecker, 5 * Math.sqrt(8.0 / draws) * size);
    }

    /** A square orthogonal projection loses nothing: the exact inverse, damped by block. Tolerance of direct solves. */
    @Property(tries = 40)
    void anOrthogonalProjectionIsExact(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        DenseCurvature curvature = systems.curvature(space);
        Damping damping = systems.damping(space, 0.3);
        KroneckerProjection whole = KroneckerProjection.principal(
                space, space.blocks().stream().map(systems::basis).toList(), 100);
        assertEquals(space.dimension(), whole.dimension());
        double[] v = systems.gaussian(space.dimension());
        double[] expected = DenseInverse.of(curvature, damping).apply(v);
        double[] found = ProjectedInverse.of(curvature, damping, whole).apply(v);
        assertEquals(0, RandomSystems.distance(expected, found), 3e-8 * Vectors.norm(expected));
    }

    /** With one damping, the textbook form {@code Rᵀ (R C Rᵀ + λ)⁻¹ R v} from the dense matrices. */
    @Property(tries = 40)
    void oneDampingGivesTheProjectedSystem(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        int n = space.dimension();
        DenseCurvature curvature = systems.curvature(space);
        double lambda = 0.2;
        double[] v = systems.gaussian(n);
        for (GradientProjection projection : projections(systems, space, seed)) {
            int p = projection.dimension();
            double[] gram = new double[p * p];
            for (int k = 0; k < p; k++) {
                double[] unit = new double[p];
                unit[k] = 1;
                double[] column = projection.project(curvature.apply(projection.lift(unit)));
                for (int l = 0; l < p; l++) {
                    gram[l * p + k] = column[l] + (k == l ? lambda : 0);
                }
            }
            double[] expected = projection.lift(
                    CholeskySolver.of(gram, p).solve(projection.project(v)));
            double[] found = ProjectedInverse.of(curvature, Damping.absolute(space, lambda), projection).apply(v);
            assertEquals(0, RandomSystems.distance(expected, found), 1e-8 * Vectors.norm(expected));
        }
    }

    @Example
    void blocksWithoutDampingAreLeftOutAndNamed() {
        RandomSystems systems = new RandomSystems(3);
        BlockSpace space = systems.space(2);
        ProjectedInverse inverse = ProjectedInverse.of(systems.curvature(space), new Damping(new double[] {0, 1}),
                new GaussianProjection(space, 3, 1));
        assertEquals(List.of("layer.0"), inverse.nullBlocks());
        double[] x = inverse.apply(systems.gaussian(space.dimension()));
        assertEquals(0, Arrays.stream(x, 0, space.offset(1)).map(Math::abs).max().orElseThrow());
        assertThrows(SolveException.class, () -> new GaussianProjection(space, 0, 1));
        assertThrows(SolveException.class, () -> KroneckerProjection.random(space, 0, 1));
        BlockSpace other = systems.space(3);
        assertThrows(SolveException.class, () -> ProjectedInverse.of(systems.curvature(space),
                Damping.absolute(space, 1), new GaussianProjection(other, 2, 1)));
    }
}
