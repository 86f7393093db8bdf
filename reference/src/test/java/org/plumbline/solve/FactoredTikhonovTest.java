package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.linalg.Vectors;

class FactoredTikhonovTest {

    /**
     * Law 31: its quadratic form is at least that of {@code n̄ S ⊗ A + λ}, that of its inverse at most; and the
     * operator is the product of the two damped factors. Rounding: {@code n ≤ 36} sums, and twice a rotation with
     * vectors that are orthonormal to {@code n ε}; the inverse amplifies by its condition.
     */
    @Property(tries = 100)
    void dampsMoreThanExactDamping(@ForAll boolean even, @ForAll long seed) {
        RandomSystems systems = new RandomSystems(seed);
        BlockSpace space = systems.space(2);
        Damping damping = systems.damping(space, 0.3);
        List<KroneckerFactors> factors = space.blocks().stream().map(systems::factors).toList();
        FactoredTikhonov split = even ? FactoredTikhonov.EVEN : FactoredTikhonov.TRACE_NORM;
        KroneckerCurvature plain = KroneckerCurvature.kfac(factors);
        KroneckerCurvature inside = split.damped(factors, damping);
        double[] v = systems.gaussian(space.dimension());
        double[] exact = Systems.products(plain, damping.diagonal(space), new double[][] {v})[0];
        double[] factored = inside.apply(v);
        double largest = Arrays.stream(inside.diagonal()).max().orElseThrow();
        double rounding = 200 * 36 * RandomSystems.EPSILON * largest * Vectors.dot(v, v);
        assertTrue(Vectors.dot(v, factored) >= Vectors.dot(v, exact) - rounding);
        double inverse = Vectors.dot(v, ClosedFormInverse.of(inside, Damping.absolute(space, 0)).apply(v));
        double exactInverse = Vectors.dot(v, ClosedFormInverse.of(plain, damping).apply(v));
        double condition = largest / damping.smallest();
        assertTrue(inverse <= exactInverse + 200 * 36 * RandomSystems.EPSILON * condition * exactInverse);
        for (int i = 0; i < factors.size(); i++) {
            KroneckerFactors one = factors.get(i);
            double root = Math.sqrt(damping.of(i) / one.meanLength());
            double ratio = even ? 1 : Math.sqrt(
                    mean(one.activation(), one.block().columns()) / mean(one.gradient(), one.block().rows()));
            double[] expected = VecKronecker.apply(
                    plus(one.gradient(), root / ratio, one.block().rows()), one.block().rows(),
                    plus(one.activation(), root * ratio, one.block().columns()), one.block().columns(),
                    Arrays.copyOfRange(v, space.offset(i), space.offset(i + 1)));
            Vectors.scale(one.meanLength(), expected);
            double[] part = Arrays.copyOfRange(factored, space.offset(i), space.offset(i + 1));
            assertEquals(0, RandomSystems.distance(expected, part),
                    200 * 36 * RandomSystems.EPSILON * largest * Vectors.norm(v));
        }
    }

    private static double mean(double[] matrix, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += matrix[i * n + i];
        }
        return trace / n;
    }

    private static double[] plus(double[] matrix, double shift, int n) {
        double[] sum = matrix.clone();
        for (int i = 0; i < n; i++) {
            sum[i * n + i] += shift;
        }
        return sum;
    }

    /** A layer without curvature has no relative damping either: it contributes nothing, and is named. */
    @Example
    void aLayerWithoutCurvatureIsNull() {
        RandomSystems systems = new RandomSystems(7);
        BlockSpace space = systems.space(1);
        KroneckerFactors drawn = systems.factors(space.blocks().getFirst());
        KroneckerFactors none = new KroneckerFactors(
                drawn.block(), drawn.activation(), new double[drawn.gradient().length], drawn.meanLength());
        Damping nothing = Damping.absolute(space, 0);
        ClosedFormInverse inverse =
                ClosedFormInverse.of(FactoredTikhonov.TRACE_NORM.damped(List.of(none), nothing), nothing);
        assertEquals(List.of("layer.0"), inverse.nullBlocks());
        assertEquals(0, Vectors.norm(inverse.apply(systems.gaussian(space.dimension()))));
    }
}
