package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.TrackedLayer;

/**
 * What every inverse {@code (C + diag(λ_ℓ I))⁻¹} of a positive semi-definite curvature owes, on random models and
 * data and with another damping in each layer: it is the dense solve (law 27), undoes the product (29), tends to
 * the identity over {@code λ} (41), is symmetric, and depends on nothing but its vector, call by call and whatever
 * the number of threads.
 *
 * <p>A test of an inverse extends this class and says which curvature and which inverse; one that approximates
 * {@code C} names as its curvature what it inverts, the approximation.
 */
public abstract class InverseCurvatureContract {

    /** {@code C}, on the blocks of {@code layers} in that order. */
    protected abstract Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute);

    /** The inverse under test, of that curvature with {@code damping}. */
    protected abstract InverseCurvature inverse(
            Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute);

    /** The residual {@code ‖v − (C + D)x‖ / ‖v‖} that it stops at: 0 for a closed form. */
    protected double relativeResidual() {
        return 0;
    }

    /** A drawn system, with its matrix. */
    private final class Drawn {
        final double[] matrix;
        final Damping damping;
        final InverseCurvature inverse;
        final double[] v;
        final double[] w;
        final double trace;

        Drawn(Setting setting) {
            int n = setting.space().dimension();
            DenseCurvature dense = DenseCurvature.of(
                    curvature(setting.objective(), setting.layers(), Setting.COMPUTE), Setting.COMPUTE);
            double[] perLayer = Damping.relative(setting.space(), 0.1, dense.diagonal()).perBlock();
            double[] factors = setting.vector("dampings", perLayer.length);
            Arrays.setAll(perLayer, i -> perLayer[i] * Math.pow(2, factors[i]));
            this.damping = new Damping(perLayer);
            double[] lambda = damping.diagonal(setting.space());
            this.matrix = Dense.symmetric(dense.matrix());
            for (int i = 0; i < n; i++) {
                matrix[i * n + i] += lambda[i];
            }
            this.trace = Dense.trace(matrix);
            this.inverse = inverse(setting.objective(), setting.layers(), damping, Setting.COMPUTE);
            this.v = setting.vector("v", n);
            this.w = setting.vector("w", n);
        }

        /** {@code ‖x − x*‖ ≤ ‖r‖/λ} for a residual {@code r}; and the error of a damped solve beside it. */
        double bound(double[] rightSide) {
            return (Rounding.solved(trace, damping.smallest()) + relativeResidual()) * Vectors.norm(rightSide)
                    / damping.smallest();
        }
    }

    @Property(tries = 8)
    public void isTheDenseSolve(@ForAll(supplier = Models.Small.class) Setting setting) {
        Drawn drawn = new Drawn(setting);
        double[] expected = CholeskySolver.of(drawn.matrix, drawn.v.length).solve(drawn.v);
        assertWithin("(C + D)⁻¹ v", expected, drawn.inverse.apply(drawn.v), drawn.bound(drawn.v));
    }

    /** An error {@code δ} of {@code x} leaves {@code ‖(C + D)δ‖ ≤ tr(C + D) ‖δ‖}. */
    @Property(tries = 8)
    public void undoesTheProduct(@ForAll(supplier = Models.Small.class) Setting setting) {
        Drawn drawn = new Drawn(setting);
        double[] x = drawn.inverse.apply(drawn.v);
        double rounding = Rounding.solved(drawn.trace, drawn.damping.smallest());
        assertWithin("(C + D)(C + D)⁻¹ v", drawn.v, Dense.multiply(drawn.matrix, x, x.length),
                (rounding * (1 + drawn.trace / drawn.damping.smallest()) + 2 * relativeResidual())
                        * Vectors.norm(drawn.v));
    }

    @Property(tries = 8)
    public void isSymmetricAndLinear(@ForAll(supplier = Models.Small.class) Setting setting) {
        Drawn drawn = new Drawn(setting);
        double[] x = drawn.inverse.apply(drawn.v);
        double[] y = drawn.inverse.apply(drawn.w);
        double bound = drawn.bound(drawn.v) + drawn.bound(drawn.w);
        assertWithin("wᵀ(C + D)⁻¹v", Vectors.dot(drawn.w, x), Vectors.dot(drawn.v, y),
                bound * (Vectors.norm(drawn.v) + Vectors.norm(drawn.w)));
        double[] sum = Dense.plus(Dense.times(2, drawn.v), -3, drawn.w);
        assertWithin("(C + D)⁻¹(2v − 3w)", Dense.plus(Dense.times(2, x), -3, y), drawn.inverse.apply(sum),
                3 * bound + drawn.bound(sum));
        double[][] together = drawn.inverse.applyAll(new double[][] {drawn.v, drawn.w});
        assertWithin("(C + D)⁻¹v among several", x, together[0], 2 * bound);
        assertWithin("(C + D)⁻¹w among several", y, together[1], 2 * bound);
    }

    /** {@code λ wᵀ(C + λ)⁻¹v = wᵀv − wᵀC(C + λ)⁻¹v}, and the last term is at most {@code tr C/λ · ‖w‖‖v‖}. */
    @Property(tries = 8)
    public void strongDampingLeavesTheVector(@ForAll(supplier = Models.Small.class) Setting setting) {
        Drawn drawn = new Drawn(setting);
        double scale = Vectors.norm(drawn.v) * Vectors.norm(drawn.w);
        for (double ratio : new double[] {1, 1e2, 1e4}) {
            double lambda = ratio * drawn.trace;
            double[] x = inverse(setting.objective(), setting.layers(), Damping.absolute(setting.space(), lambda),
                    Setting.COMPUTE).apply(drawn.v);
            double error = Rounding.solved(drawn.trace, lambda) + relativeResidual();
            assertWithin("λ wᵀx", Vectors.dot(drawn.w, drawn.v), lambda * Vectors.dot(drawn.w, x),
                    (1 / ratio + error) * scale);
            assertTrue(lambda * Vectors.norm(x) <= (1 + error) * Vectors.norm(drawn.v), "‖x‖ exceeds ‖v‖/λ");
        }
    }

    /** To the last bit; and neither the vector nor an earlier solution is written to. */
    @Property(tries = 8)
    public void solutionsDependOnTheVectorAlone(@ForAll(supplier = Models.Small.class) Setting setting) {
        Drawn drawn = new Drawn(setting);
        double[] first = drawn.inverse.apply(drawn.v);
        double[] kept = first.clone();
        drawn.inverse.apply(drawn.w);
        assertWithin("(C + D)⁻¹v, asked again", kept, drawn.inverse.apply(drawn.v), 0);
        assertWithin("the first solution, later", kept, first, 0);
        assertWithin("the vector after use", setting.vector("v", kept.length), drawn.v, 0);
    }

    /** To the last bit, on enough sequences that threads do share them. */
    @Property(tries = 4)
    public void threadsChangeNothing(@ForAll(supplier = Models.Small.class) Setting setting) {
        Setting larger = CurvatureContract.repeated(setting);
        double[] v = setting.vector("v", setting.space().dimension());
        Damping damping = Damping.absolute(setting.space(), 1);
        try (Workers three = Workers.of(3)) {
            Compute threads = new Compute(Setting.COMPUTE.engine(), three);
            assertWithin("(C + D)⁻¹v with three threads",
                    inverse(larger.objective(), larger.layers(), damping, Setting.COMPUTE).apply(v),
                    inverse(larger.objective(), larger.layers(), damping, threads).apply(v), 0);
        }
    }
}
