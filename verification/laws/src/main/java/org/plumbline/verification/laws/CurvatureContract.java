package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * What every curvature owes, on random models and data: it is symmetric and linear, has no negative eigenvalue if it
 * claims so, is the matrix that it is said to be, and its products depend on nothing but their vector.
 *
 * <p>A test of a curvature extends this class and says which curvature. Sampled labels are as good as exact ones, as
 * long as their seed is fixed.
 */
public abstract class CurvatureContract {

    /** The curvature under test, on the blocks of {@code layers} in that order. */
    protected abstract Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute);

    /**
     * The matrix that it must be, row-major over all layers, computed in another way; nothing where
     * there is no other way.
     */
    protected Optional<double[]> matrix(Setting setting) {
        return Optional.empty();
    }

    /** Whether it claims to be positive semi-definite. */
    protected boolean isSemiDefinite() {
        return true;
    }

    private Curvature curvature(Setting setting) {
        return curvature(setting.objective(), setting.layers(), Setting.COMPUTE);
    }

    @Property(tries = 8)
    public void actsOnTheBlocksOfTheLayers(@ForAll(supplier = Models.Small.class) Setting setting) {
        assertEquals(setting.space(), curvature(setting).space(), "the space of the layers");
    }

    @Property(tries = 8)
    public void isSymmetric(@ForAll(supplier = Models.Small.class) Setting setting) {
        Curvature curvature = curvature(setting);
        double[] u = setting.vector("u", setting.space().dimension());
        double[] v = setting.vector("v", setting.space().dimension());
        double[] cu = curvature.apply(u);
        double[] cv = curvature.apply(v);
        assertWithin("uᵀCv", Vectors.dot(v, cu), Vectors.dot(u, cv),
                Rounding.SAME * (Vectors.norm(u) * Vectors.norm(cv) + Vectors.norm(v) * Vectors.norm(cu)));
    }

    @Property(tries = 8)
    public void isLinear(@ForAll(supplier = Models.Small.class) Setting setting) {
        Curvature curvature = curvature(setting);
        double[] u = setting.vector("u", setting.space().dimension());
        double[] v = setting.vector("v", setting.space().dimension());
        double[] cu = curvature.apply(u);
        double[] cv = curvature.apply(v);
        assertWithin("C(2u − 3v)", Dense.plus(Dense.times(2, cu), -3, cv),
                curvature.apply(Dense.plus(Dense.times(2, u), -3, v)),
                Rounding.SAME * (2 * Vectors.norm(cu) + 3 * Vectors.norm(cv)));
        double[][] together = curvature.applyAll(new double[][] {u, v});
        assertClose("C u among several", cu, together[0], Rounding.SAME);
        assertClose("C v among several", cv, together[1], Rounding.SAME);
    }

    @Property(tries = 8)
    public void hasNoNegativeEigenvalueIfItClaimsSo(@ForAll(supplier = Models.Small.class) Setting setting) {
        if (isSemiDefinite()) {
            double[] eigenvalues = Dense.eigenvalues(
                    Dense.symmetric(DenseCurvature.of(curvature(setting), Setting.COMPUTE).matrix()));
            double largest = eigenvalues[eigenvalues.length - 1];
            assertTrue(eigenvalues[0] >= -Rounding.SAME * largest,
                    () -> "the least eigenvalue is " + eigenvalues[0] + ", the largest " + largest);
        }
    }

    @Property(tries = 8)
    public void isItsMatrix(@ForAll(supplier = Models.Small.class) Setting setting) {
        matrix(setting).ifPresent(expected -> assertClose("the matrix", expected,
                DenseCurvature.of(curvature(setting), Setting.COMPUTE).matrix(), Rounding.SAME));
    }

    /** To the last bit; and neither the vector nor an earlier product is written to. */
    @Property(tries = 8)
    public void productsDependOnTheVectorAlone(@ForAll(supplier = Models.Small.class) Setting setting) {
        Curvature curvature = curvature(setting);
        double[] v = setting.vector("v", setting.space().dimension());
        double[] first = curvature.apply(v);
        double[] kept = first.clone();
        curvature.apply(setting.vector("another", v.length));
        assertWithin("C v, asked again", kept, curvature.apply(v), 0);
        assertWithin("the first product, later", kept, first, 0);
        assertWithin("the vector after use", setting.vector("v", v.length), v, 0);
    }

    /** To the last bit, on enough sequences that threads do share them. */
    @Property(tries = 4)
    public void threadsChangeNothing(@ForAll(supplier = Models.Small.class) Setting setting) {
        Setting larger = repeated(setting);
        double[] v = setting.vector("v", setting.space().dimension());
        try (Workers three = Workers.of(3)) {
            Compute threads = new Compute(Setting.COMPUTE.engine(), three);
            assertWithin("C v with three threads", curvature(larger).apply(v),
                    curvature(larger.objective(), larger.layers(), threads).apply(v), 0);
        }
    }

    static Setting repeated(Setting setting) {
        List<Example> many = new ArrayList<>();
        while (many.size() < 20) {
            many.addAll(setting.examples());
        }
        return setting.on(many);
    }
}
