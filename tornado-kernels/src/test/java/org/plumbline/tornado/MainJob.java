package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Compute;
import org.plumbline.curvature.CurvaturePrograms;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FisherLabels;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.RandomDecoders;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/**
 * The programs of the main job on a random decoder, on an engine and on the scalar engine: the gradient that training follows,
 * the Hessian's and the Gauss–Newton matrix's products with a direction, and the passes that fit Kronecker factors and their
 * eigenvalues.
 *
 * <p>Both engines round alike but for the order of sums and for fused multiply-adds, so what they differ by is a few
 * hundred roundings of the largest number: 10⁻¹⁰ of it in double precision and 10⁻⁴ in single are far above that for a
 * model of this size, and far below any mistake.
 */
final class MainJob {
    private final Decoder model;
    private final Objective objective;
    private final BlockSpace space;
    private final SplittableRandom random;

    MainJob(long seed) {
        RandomDecoders.Drawn drawn = RandomDecoders.of(seed);
        this.model = drawn.model();
        this.random = new SplittableRandom(seed);
        Example example = RandomDecoders.example(model, random);
        this.objective = new Objective(model, drawn.parameters(), List.of(example));
        this.space = BlockSpace.ofAll(model);
    }

    /** Whether the decoder has an MLP layer. */
    boolean hasLayers() {
        return !model.mlpLayers().isEmpty();
    }

    private static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? 1e-10 : 1e-4;
    }

    /** The programs of derivatives, by name. */
    Map<String, Program> programs() {
        int length = objective.examples().getFirst().length();
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("gradient", CurvaturePrograms.gradient(model, space, length));
        programs.put("Hessian product", CurvaturePrograms.hessianProduct(model, space, length));
        programs.put("Gauss–Newton product", CurvaturePrograms.gaussNewtonProduct(model, space, length));
        return programs;
    }

    /** Holds the results of {@code program} on {@code engine} to the scalar engine's. */
    void assertSameNumbers(Engine engine, Program program, Precision precision) {
        Map<String, Storage> inputs = inputs(program, precision);
        Executable expected = LoweredEngine.scalar().compile(program, precision);
        Executable found = engine.compile(program, precision);
        for (Executable executable : List.of(expected, found)) {
            executable.bindPresentConstants(inputs);
            executable.run();
        }
        program.outputs().keySet().forEach(name ->
                assertClose(name, expected.doubles(name), found.doubles(name), tolerance(precision)));
    }

    /** The parameters, the example, and random numbers for what remains: directions. */
    private Map<String, Storage> inputs(Program program, Precision precision) {
        Map<String, Storage> inputs = new LinkedHashMap<>(objective.parameters().copy(precision).storages());
        inputs.putAll(objective.examples().getFirst().storages(precision));
        for (Map.Entry<String, Value> input : program.inputs().entrySet()) {
            inputs.computeIfAbsent(input.getKey(), _ -> Storage.of(
                    precision, random.doubles(input.getValue().shape().size(), -1, 1).toArray()));
        }
        return inputs;
    }

    /** Holds factors and eigenvalues that are fitted on {@code engine} to those of the scalar engine. */
    void assertSameFactors(Engine engine) {
        FactorFit expected = fit(LoweredEngine.scalar());
        FactorFit found = fit(engine);
        List<KroneckerFactors> factors = expected.factors();
        List<KroneckerFactors> others = found.factors();
        assertEquals(factors.size(), others.size());
        for (int i = 0; i < factors.size(); i++) {
            String name = factors.get(i).block().name();
            double tolerance = tolerance(Precision.DOUBLE);
            assertClose("A of " + name, factors.get(i).activation(), others.get(i).activation(), tolerance);
            assertClose("S of " + name, factors.get(i).gradient(), others.get(i).gradient(), tolerance);
        }
        assertClose("diagonal", expected.diagonal(), found.diagonal(), tolerance(Precision.DOUBLE));
    }

    private FactorFit fit(Engine engine) {
        return new FactorFit(objective, model.mlpLayers(), new FisherLabels.Sampled(1, 2),
                new Compute(engine, Workers.serial()));
    }

    private static void assertClose(String name, double[] expected, double[] found, double tolerance) {
        assertEquals(expected.length, found.length, name);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            double bound = tolerance * largest;
            assertTrue(Math.abs(expected[i] - found[i]) <= bound, () -> name + ", element " + at + ": expected "
                    + expected[at] + " ± " + bound + ", found " + found[at]);
        }
    }
}
