package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.solve.RandomSystems.EPSILON;
import static org.plumbline.solve.RandomSystems.distance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;

class KroneckerInverseTest {

    /**
     * The eigenbases have a backward error of a few {@code n · ε} (of a layer's side, below the size of its block), the
     * dense system one of {@code (3n + 2) · ε · tr} by Higham's theorem 10.4; {@code tr ≤ n‖B‖}, and each is amplified
     * by the condition. Together below {@code 20 n² ε κ}.
     */
    private static double tolerance(int n, double largest, double smallest) {
        return 20.0 * n * n * EPSILON * largest / smallest;
    }

    /**
     * Law 27, K-FAC: the dense system is built from {@code A} and {@code S} and knows nothing of their eigenvectors.
     */
    @Property(tries = 100)
    void kfacSolvesTheSystemOfItsFactors(@ForAll @IntRange(min = 1, max = 3) int layers, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(layers);
        List<KroneckerFactors> factors = space.blocks().stream().map(systems::factors).toList();
        KroneckerCurvature curvature = KroneckerCurvature.kfac(factors);
        Damping damping = systems.damping(space, 0.1);
        double[] v = systems.gaussian(space.dimension());
        double[] x = ClosedFormInverse.of(curvature, damping).apply(v);
        for (int i = 0; i < layers; i++) {
            KroneckerFactors factor = factors.get(i);
            double[] dense = VecKronecker.kronecker(
                    factor.gradient(), factor.block().rows(), factor.activation(), factor.block().columns());
            Vectors.scale(factor.meanLength(), dense);
            assertSolves(dense, damping.of(i), block(space, i, v), block(space, i, x), "block " + i);
        }
    }

    /**
     * Law 27, EK-FAC: {@code Σ_pq D_pq (s_p ⊗ a_q)(s_p ⊗ a_q)ᵀ} with {@code s_p}, {@code a_q} the columns of the bases.
     */
    @Property(tries = 100)
    void ekfacSolvesTheSystemOfItsEigenpairs(@ForAll @IntRange(min = 1, max = 3) int layers, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(layers);
        List<KroneckerBasis> bases = space.blocks().stream().map(systems::basis).toList();
        double[] diagonal = systems.gaussian(space.dimension());
        Arrays.setAll(diagonal, i -> diagonal[i] * diagonal[i]);
        Damping damping = Damping.relative(space, 0.1, diagonal);
        double[] v = systems.gaussian(space.dimension());
        double[] x = ClosedFormInverse.of(new KroneckerCurvature(space, bases, diagonal), damping).apply(v);
        for (int i = 0; i < layers; i++) {
            double[] dense = composed(bases.get(i), block(space, i, diagonal));
            assertSolves(dense, damping.of(i), block(space, i, v), block(space, i, x), "block " + i);
        }
    }

    private static void assertSolves(double[] dense, double lambda, double[] v, double[] x, String what) {
        int n = v.length;
        double trace = 0;
        for (int j = 0; j < n; j++) {
            dense[j * n + j] += lambda;
            trace += dense[j * n + j];
        }
        double[] expected = CholeskySolver.of(dense, n).solve(v);
        double bound = tolerance(n, trace, lambda) * Vectors.norm(expected);
        assertTrue(distance(x, expected) <= bound, () -> what + ": " + distance(x, expected) + " above " + bound);
    }

    private static double[] composed(KroneckerBasis basis, double[] diagonal) {
        int m = basis.rows();
        int n = basis.columns();
        double[] dense = new double[m * n * m * n];
        double[] pair = new double[m * n];
        for (int p = 0; p < m; p++) {
            for (int q = 0; q < n; q++) {
                for (int i = 0; i < m; i++) {
                    for (int k = 0; k < n; k++) {
                        pair[i * n + k] = basis.gradientVectors()[i * m + p] * basis.activationVectors()[k * n + q];
                    }
                }
                for (int i = 0; i < m * n; i++) {
                    for (int j = 0; j < m * n; j++) {
                        dense[i * m * n + j] += diagonal[p * n + q] * pair[i] * pair[j];
                    }
                }
            }
        }
        return dense;
    }

    /** Law 29; the inverse's error is amplified by the operator, hence the square of the condition's root at most. */
    @Property(tries = 100)
    void operatorTimesInverseIsTheIdentityAndTwoRootsAreTheInverse(@ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        KroneckerCurvature curvature =
                KroneckerCurvature.kfac(space.blocks().stream().map(systems::factors).toList());
        Damping damping = systems.damping(space, 0.1);
        ClosedFormInverse inverse = ClosedFormInverse.of(curvature, damping);
        double[] v = systems.gaussian(space.dimension());
        double[] x = inverse.apply(v);
        double[] back = Systems.products(curvature, damping.diagonal(space), new double[][] {x})[0];
        double largest = Arrays.stream(curvature.diagonal()).max().orElseThrow();
        double bound = tolerance(space.dimension(), largest + 1, damping.smallest());
        assertEquals(0, distance(back, v), bound * Vectors.norm(v));
        assertEquals(0, distance(inverse.applySquareRoot(inverse.applySquareRoot(v)), x), bound * Vectors.norm(x));
    }

    @Property(tries = 50)
    void aLayerWithoutCurvatureContributesNothingAndIsReported(
            @ForAll @IntRange(max = 2) int dead, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(3);
        double[] diagonal = systems.gaussian(space.dimension());
        for (int i = 0; i < diagonal.length; i++) {
            boolean isDead = i >= space.offset(dead) && i < space.offset(dead + 1);
            diagonal[i] = isDead ? 0 : diagonal[i] * diagonal[i];
        }
        Damping damping = Damping.relative(space, 0.1, diagonal);
        List<KroneckerBasis> bases = new ArrayList<>(space.blocks().stream().map(systems::basis).toList());
        double[] v = systems.gaussian(space.dimension());
        List<InverseCurvature> inverses = List.of(
                ClosedFormInverse.of(new KroneckerCurvature(space, bases, diagonal), damping),
                ClosedFormInverse.of(new DiagonalCurvature(space, diagonal), damping));
        for (InverseCurvature inverse : inverses) {
            double[] x = inverse.apply(v);
            assertEquals(List.of("layer." + dead), inverse.nullBlocks());
            assertEquals(0, Vectors.norm(block(space, dead, x)));
            for (int i = 0; i < 3; i++) {
                assertTrue(i == dead || Vectors.norm(block(space, i, x)) > 0);
            }
        }
    }

    @Example
    void aSingularSystemIsRefusedByName() {
        RandomSystems systems = new RandomSystems(1);
        BlockSpace space = systems.space(2);
        double[] diagonal = new double[space.dimension()];
        Arrays.fill(diagonal, 1);
        diagonal[space.offset(1)] = -1;
        SolveException e = assertThrows(SolveException.class, () -> ClosedFormInverse.of(
                new DiagonalCurvature(space, diagonal), Damping.absolute(space, 0.5)));
        assertTrue(e.getMessage().contains("'layer.1'"), e.getMessage());
        assertThrows(SolveException.class, () -> ClosedFormInverse.of(
                new DiagonalCurvature(space, diagonal), new Damping(new double[] {1})));
        assertThrows(SolveException.class, () -> ClosedFormInverse.identity(space).apply(new double[1]));
        double[] v = new double[space.dimension()];
        v[0] = Double.NaN;
        assertThrows(SolveException.class, () -> ClosedFormInverse.identity(space).apply(v));
    }

    private static double[] block(BlockSpace space, int i, double[] v) {
        return Arrays.copyOfRange(v, space.offset(i), space.offset(i + 1));
    }
}
