package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.TokenGradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.RandomDecoders;
import org.plumbline.solve.ConjugateGradient;

/**
 * Laws of exact curvature and of Kronecker factors in double precision on TornadoVM's default device, on random
 * decoders: those of which both sides run there, by different programs.
 *
 * <p>Tolerance: as for the same laws on the scalar engine, 1e-9 of the numbers compared: some 10⁴ dependent roundings,
 * {@code 10⁴ · 2⁻⁵³ ≈ 10⁻¹²}, of intermediate results up to 10³ times the result.
 */
class DeviceLawsTest {
    private static final double SAME = 1e-9;

    private interface Law {
        void holds(Objective objective, Compute compute);
    }

    /** The first seeds whose decoders have layers to fit factors to. */
    @TestFactory
    Stream<DynamicTest> onRandomDecoders() {
        return DeviceEngine.tests(GroupPolicy.WHERE_FASTER, engine -> objectives().flatMap(objective ->
                laws().entrySet().stream().map(law -> DynamicTest.dynamicTest(
                        law.getKey() + ": " + objective.model().getClass().getSimpleName(),
                        () -> law.getValue().holds(objective, new Compute(engine, Workers.serial()))))));
    }

    private static Map<String, Law> laws() {
        Map<String, Law> laws = new LinkedHashMap<>();
        laws.put("the Gauss–Newton matrix is symmetric and positive",
                DeviceLawsTest::gaussNewtonIsSymmetricAndPositive);
        laws.put("the Hessian is symmetric", DeviceLawsTest::hessianIsSymmetric);
        laws.put("dense matrices act as operators do", DeviceLawsTest::denseMatricesActAsOperators);
        laws.put("a gradient is the sum of its positions'", DeviceLawsTest::gradientsAreSumsOverPositions);
        laws.put("the Fisher's trace is the same in the eigenbasis, and the Gauss–Newton matrix's",
                DeviceLawsTest::tracesAgree);
        laws.put("conjugate gradients solve the damped system", DeviceLawsTest::conjugateGradientsSolve);
        return laws;
    }

    private static Stream<Objective> objectives() {
        return LongStream.iterate(0, seed -> seed + 1).mapToObj(RandomDecoders::of)
                .filter(drawn -> !drawn.model().mlpLayers().isEmpty()).limit(2)
                .map(drawn -> {
                    SplittableRandom random = new SplittableRandom(drawn.seed());
                    List<Example> examples = Stream.generate(
                            () -> RandomDecoders.example(drawn.model(), random)).limit(2).toList();
                    return new Objective(drawn.model(), drawn.parameters(), examples);
                });
    }

    private static double[] direction(long seed, int dimension) {
        return new SplittableRandom(seed).doubles(dimension, -1, 1).toArray();
    }

    private static void gaussNewtonIsSymmetricAndPositive(Objective objective, Compute compute) {
        BlockSpace all = BlockSpace.ofAll(objective.model());
        Curvature g = ExactCurvature.gaussNewton(objective, all, compute);
        assertSymmetric(g);
        double[] v = direction(3, all.dimension());
        assertTrue(Vectors.dot(v, g.apply(v)) >= 0, "vᵀGv");
    }

    private static void hessianIsSymmetric(Objective objective, Compute compute) {
        assertSymmetric(ExactCurvature.hessian(objective, BlockSpace.ofAll(objective.model()), compute));
    }

    private static void assertSymmetric(Curvature curvature) {
        double[] u = direction(1, curvature.space().dimension());
        double[] v = direction(2, curvature.space().dimension());
        double[] cu = curvature.apply(u);
        double[] cv = curvature.apply(v);
        assertWithin("uᵀCv", Vectors.dot(v, cu), Vectors.dot(u, cv),
                SAME * (Vectors.norm(u) * Vectors.norm(cv) + Vectors.norm(v) * Vectors.norm(cu)));
    }

    private static void denseMatricesActAsOperators(Objective objective, Compute compute) {
        BlockSpace layers = BlockSpace.ofLayers(objective.model().mlpLayers());
        double[] v = direction(4, layers.dimension());
        assertClose("Hv", ExactCurvature.hessian(objective, layers, compute).apply(v),
                DenseExactCurvature.hessian(objective, objective.model().mlpLayers(), compute, done -> {}).apply(v));
        assertClose("Gv", ExactCurvature.gaussNewton(objective, layers, compute).apply(v),
                gaussNewton(objective, compute).apply(v));
    }

    private static DenseCurvature gaussNewton(Objective objective, Compute compute) {
        return DenseExactCurvature.gaussNewton(objective, objective.model().mlpLayers(), compute, done -> {});
    }

    private static void gradientsAreSumsOverPositions(Objective objective, Compute compute) {
        TokenGradients tokens = new TokenGradients(objective, objective.model().mlpLayers(), compute);
        double[][] gradients = new Gradients(objective, tokens.space(), compute).ofObjective();
        for (int m = 0; m < gradients.length; m++) {
            double[] sum = new double[tokens.space().dimension()];
            for (double[] one : tokens.of(objective.examples().get(m))) {
                Vectors.axpy(1, one, sum);
            }
            assertClose("gradient of sequence " + m, gradients[m], sum);
        }
    }

    /** In exact expectation over labels the Fisher is the Gauss–Newton matrix, and rotations keep its trace. */
    private static void tracesAgree(Objective objective, Compute compute) {
        FactorFit fit = new FactorFit(
                objective, objective.model().mlpLayers(), new FisherLabels.Expectation(), compute);
        double trace = Arrays.stream(gaussNewton(objective, compute).diagonal()).sum();
        assertWithin("diagonal", trace, Arrays.stream(fit.diagonal()).sum(), SAME * trace);
        double[] moments = fit.eigenvalues(fit.factors().stream().map(KroneckerBasis::of).toList());
        assertWithin("Λ", trace, Arrays.stream(moments).sum(), SAME * trace);
    }

    /** The solver stops by a residual computed from {@code x}; this one is computed again, without the solver. */
    private static void conjugateGradientsSolve(Objective objective, Compute compute) {
        BlockSpace layers = BlockSpace.ofLayers(objective.model().mlpLayers());
        Curvature g = ExactCurvature.gaussNewton(objective, layers, compute);
        double damping = 0.1;
        double[] v = direction(5, layers.dimension());
        double[] x = new ConjugateGradient(1e-8, 10 * layers.dimension())
                .solve(g, Damping.absolute(layers, damping), v).x();
        double[] residual = g.apply(x);
        Vectors.axpy(damping, x, residual);
        Vectors.axpy(-1, v, residual);
        // The two differ by the rounding of one product and of its damping, ε ‖G + λ‖ ‖x‖: far below the tolerance.
        assertTrue(Vectors.norm(residual) <= 2e-8 * Vectors.norm(v), () -> "residual " + Vectors.norm(residual));
    }

    private static void assertClose(String what, double[] expected, double[] found) {
        double[] difference = found.clone();
        Vectors.axpy(-1, expected, difference);
        assertTrue(Vectors.norm(difference) <= SAME * Vectors.norm(expected),
                () -> what + ": relative error " + Vectors.norm(difference) / Vectors.norm(expected));
    }

    private static void assertWithin(String what, double expected, double found, double tolerance) {
        assertTrue(Math.abs(expected - found) <= tolerance,
                () -> what + ": expected " + expected + " ± " + tolerance + ", found " + found);
    }
}
