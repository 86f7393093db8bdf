package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.CurvaturePrograms;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.model.RandomDecoders;
import org.plumbline.program.Program;
import org.plumbline.program.Value;
import org.plumbline.train.Schedule;
import org.plumbline.train.Sgd;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingState;

/**
 * The programs of the main job on a decoder, on an engine and on the scalar engine: training steps, the gradient, the
 * Hessian's and the Gauss–Newton matrix's products with a direction, the passes that fit Kronecker factors and their
 * eigenvalues, preconditioned queries and the scan.
 *
 * <p>Both engines round alike but for the order of sums and for fused multiply-adds, so what they differ by is a few
 * hundred roundings of the largest number: 10⁻¹⁰ of it in double precision and 10⁻⁴ in single are far above that for a
 * model of this size, and far below any mistake.
 */
final class MainJob {
    private static final long LABELS = 3;
    private static final double DAMPING = 0.1;

    private final Decoder model;
    private final Parameters parameters;
    private final List<Example> examples;
    private final Engine scalar = LoweredEngine.scalar();
    private List<KroneckerBasis> bases;
    private double[] moments;

    /**
     * @param examples at least one, of any length
     */
    MainJob(Decoder model, Parameters parameters, List<Example> examples) {
        this.model = model;
        this.parameters = parameters;
        this.examples = List.copyOf(examples);
    }

    /** On the random decoder of {@code seed} and three of its examples. */
    static MainJob random(long seed) {
        RandomDecoders.Drawn drawn = RandomDecoders.of(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = Stream.generate(() -> RandomDecoders.example(drawn.model(), random)).limit(3).toList();
        return new MainJob(drawn.model(), drawn.parameters(), examples);
    }

    /** Whether the decoder has an MLP layer to fit factors to. */
    boolean hasLayers() {
        return !model.mlpLayers().isEmpty();
    }

    /** A part of the job: arrays by name, computed on an engine in a precision. */
    interface Stage extends BiFunction<Engine, Precision, SequencedMap<String, double[]>> {}

    /** The parts, by name. */
    SequencedMap<String, Stage> stages() {
        BlockSpace space = BlockSpace.ofAll(model);
        BatchShape shape = new BatchShape(1, examples.getFirst().length(), true);
        SequencedMap<String, Stage> stages = new LinkedHashMap<>();
        stages.put("training steps", this::trained);
        stages.put("gradient", derivative(CurvaturePrograms.gradient(model, space, shape)));
        stages.put("Hessian product", derivative(CurvaturePrograms.hessianProduct(model, space, shape)));
        stages.put("Gauss–Newton product", derivative(CurvaturePrograms.gaussNewtonProduct(model, space, shape)));
        stages.put("factor pass", (engine, precision) -> factors(pipeline(engine, precision)));
        stages.put("eigenvalue pass", (engine, precision) -> named("Λ", List.of(moments(pipeline(engine, precision)))));
        stages.put("queries", (engine, precision) -> preconditioned(queries(pipeline(engine, precision))));
        stages.put("scan", (engine, precision) -> scores(pipeline(engine, precision)));
        return stages;
    }

    /** Holds what {@code engine} computes to the scalar engine's numbers. */
    void assertSameNumbers(Engine engine, Stage stage, Precision precision) {
        double tolerance = precision == Precision.DOUBLE ? 1e-10 : 1e-4;
        SequencedMap<String, double[]> expected = stage.apply(scalar, precision);
        SequencedMap<String, double[]> found = stage.apply(engine, precision);
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, values) -> assertClose(name, values, found.get(name), tolerance));
    }

    /** All parameters after two steps with momentum; the second micro-batch of each has a slot to spare. */
    private SequencedMap<String, double[]> trained(Engine engine, Precision precision) {
        TrainingConfig config = new TrainingConfig(
                new Sgd(0.9), new Schedule.Constant(0.05), 2, examples.size(), 2, 1, precision, 1);
        Trainer trainer = new Trainer(model, examples, config, engine, Workers.serial());
        TrainingState state = trainer.begin(parameters);
        trainer.run(state, config.steps(), TrainingListener.NONE);
        Parameters after = state.parameters();
        return flat("parameters", model.space().shapes().keySet().stream().map(after::doubles).toList());
    }

    /** A program of derivatives at the first example, its results as one vector. */
    private Stage derivative(Program program) {
        return (engine, precision) -> {
            Executable executable = engine.compile(program, precision);
            executable.bindPresentConstants(inputs(program, precision));
            executable.run();
            return flat("derivatives", program.outputs().keySet().stream().map(executable::doubles).toList());
        };
    }

    /** The parameters, the example, and random numbers for what remains: directions. */
    private Map<String, Storage> inputs(Program program, Precision precision) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, Storage> inputs = new LinkedHashMap<>(parameters.copy(precision).storages());
        inputs.putAll(examples.getFirst().storages(precision));
        for (Map.Entry<String, Value> input : program.inputs().entrySet()) {
            inputs.computeIfAbsent(input.getKey(), _ -> Storage.of(
                    precision, random.doubles(input.getValue().shape().size(), -1, 1).toArray()));
        }
        return inputs;
    }

    private Pipeline pipeline(Engine engine, Precision precision) {
        return new Pipeline(model, parameters.copy(precision), model.mlpLayers(),
                new Compute(engine, Workers.serial()), 2, 2);
    }

    private FactorFit fit(Pipeline pipeline) {
        return new FactorFit(pipeline, Sequences.of(examples), new FisherLabels.Sampled(LABELS, 1));
    }

    private SequencedMap<String, double[]> factors(Pipeline pipeline) {
        List<KroneckerFactors> factors = fit(pipeline).factors();
        SequencedMap<String, double[]> named = named("A", factors.stream().map(KroneckerFactors::activation).toList());
        named.putAll(named("S", factors.stream().map(KroneckerFactors::gradient).toList()));
        return named;
    }

    /** In the scalar engine's bases: eigenvectors of equal or vanishing eigenvalues are anyone's choice. */
    private double[] moments(Pipeline pipeline) {
        if (bases == null) {
            bases = KroneckerBasis.of(
                    fit(pipeline(scalar, Precision.DOUBLE)).factors(), 1, Workers.serial(), PassListener.NONE);
        }
        return fit(pipeline).eigenvalues(bases);
    }

    /** With the scalar engine's curvature, so that only this pass differs. */
    private Queries queries(Pipeline pipeline) {
        if (moments == null) {
            moments = moments(pipeline(scalar, Precision.DOUBLE));
        }
        KroneckerCurvature curvature =
                new KroneckerCurvature(BlockSpace.ofLayers(model.mlpLayers()), bases, moments);
        return new QueryPass(pipeline, curvature.inverse(curvature.damping(DAMPING)))
                .run(examples, 0, Aggregation.NONE);
    }

    private static SequencedMap<String, double[]> preconditioned(Queries queries) {
        return named("query gradients", queries.layers().stream().map(layer -> flat(
                "", IntStream.range(0, queries.count()).mapToObj(layer::matrix).toList()).get("")).toList());
    }

    /** Each layer's scores of all sequences for all of them as queries. */
    private SequencedMap<String, double[]> scores(Pipeline pipeline) {
        Queries queries = queries(pipeline(scalar, pipeline.precision()));
        List<List<double[]>> parts = new ArrayList<>();
        ScanPass.pairwise(pipeline, queries, TokenScores.NONE).run(
                Sequences.of(examples), part -> parts.add(Arrays.asList(part.layers())), PassListener.NONE);
        SequencedMap<String, double[]> scores = new LinkedHashMap<>();
        for (int layer = 0; layer < parts.getFirst().size(); layer++) {
            int number = layer;
            scores.putAll(flat("scores of layer " + layer, parts.stream().map(part -> part.get(number)).toList()));
        }
        return scores;
    }

    private static SequencedMap<String, double[]> named(String name, List<double[]> arrays) {
        SequencedMap<String, double[]> named = new LinkedHashMap<>();
        arrays.forEach(array -> named.put(name + " of layer " + named.size(), array));
        return named;
    }

    private static SequencedMap<String, double[]> flat(String name, List<double[]> arrays) {
        return new LinkedHashMap<>(Map.of(name, arrays.stream().flatMapToDouble(Arrays::stream).toArray()));
    }

    private static void assertClose(String name, double[] expected, double[] found, double tolerance) {
        assertEquals(expected.length, found.length, name);
        double bound = tolerance * Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertTrue(Math.abs(expected[i] - found[i]) <= bound, () -> name + ", element " + at + ": expected "
                    + expected[at] + " ± " + bound + ", found " + found[at]);
        }
    }
}
