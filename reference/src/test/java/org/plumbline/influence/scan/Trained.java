package org.plumbline.influence.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.FactorDefinition;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.random.RandomStreams;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.Trainer;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingListener;
import org.plumbline.train.TrainingState;

/**
 * A small transformer trained on sequences with a rule (a token follows by addition), and the double-precision
 * reference of everything a pipeline computes on it, from the exact curvature package.
 */
public record Trained(Gpt2 model, Parameters parameters, List<Example> data, List<Example> queries) {
    public static final long SEED = 7;
    public static final double DAMPING = 0.1;
    static final FisherLabels LABELS = new FisherLabels.Sampled(SEED, 1);
    private static final int VOCABULARY = 11;
    private static final Trained ONCE = train();

    public static Trained small() {
        return ONCE;
    }

    private static Trained train() {
        RandomGenerator random = RandomStreams.of(1, "data", 0);
        List<Example> data = new ArrayList<>();
        for (int m = 0; m < 60; m++) {
            data.add(Example.ofTokens(sequence(random, 8 + m % 3)));
        }
        List<Example> queries = new ArrayList<>();
        for (int q = 0; q < 5; q++) {
            queries.add(Example.ofCompletion(sequence(random, 8), 4));
        }
        Gpt2 model = new Gpt2(new Gpt2Config(VOCABULARY, 12, 8, 2, 2, 12, false, 1e-5));
        TrainingConfig config = new TrainingConfig(AdamW.withDecay(0.01), new Schedule.Constant(1e-2), 60, 20, 5, 1,
                Precision.DOUBLE, 3);
        Compute compute = compute(1);
        Trainer trainer = new Trainer(model, data, config, compute.engine(), compute.workers());
        TrainingState state = trainer.begin(model.initialize(RandomStreams.of(2, "parameters", 0)));
        trainer.run(state, 60, TrainingListener.NONE);
        return new Trained(model, state.parameters().copy(Precision.DOUBLE), data, queries);
    }

    private static int[] sequence(RandomGenerator random, int length) {
        int[] tokens = new int[length + 1];
        tokens[0] = random.nextInt(VOCABULARY);
        int step = 1 + random.nextInt(3);
        for (int t = 1; t < tokens.length; t++) {
            tokens[t] = random.nextInt(5) == 0 ? random.nextInt(VOCABULARY) : (tokens[t - 1] + step) % VOCABULARY;
        }
        return tokens;
    }

    public static Compute compute(int threads) {
        Workers workers = Workers.of(threads);
        return new Compute(VectorEngine.orScalar(workers), workers);
    }

    public Pipeline pipeline(Precision precision, List<TrackedLayer> layers, int threads, int batch, int shard) {
        return new Pipeline(model, parameters.copy(precision), layers, compute(threads), batch, shard);
    }

    public Pipeline pipeline(Precision precision) {
        return pipeline(precision, model.mlpLayers(), 1, 4, 8);
    }

    public Sequences sequences() {
        return Sequences.of(data);
    }

    /** A fit of EK-FAC, inverted. */
    static ClosedFormInverse fit(Pipeline pipeline, Sequences data) {
        FactorFit fit = new FactorFit(pipeline, data, LABELS);
        KroneckerCurvature curvature = KroneckerCurvature.ekfac(fit.factors(), fit);
        return curvature.inverse(curvature.damping(DAMPING));
    }

    /** Scores {@code [N · queries]} of a scan. */
    static double[] scores(ScanPass scan, Sequences data, int queries) {
        double[] all = new double[data.size() * queries];
        scan.run(data, part -> System.arraycopy(
                part.totals(), 0, all, part.from() * queries, part.sequences() * queries), PassListener.NONE);
        return all;
    }

    /** The reference. */
    Reference reference(List<TrackedLayer> layers) {
        Objective objective = new Objective(model, parameters, data);
        Compute compute = compute(1);
        FactorDefinition fit = new FactorDefinition(objective, layers, LABELS);
        List<KroneckerFactors> factors = fit.factors();
        List<KroneckerBasis> bases = factors.stream().map(KroneckerBasis::of).toList();
        KroneckerCurvature curvature =
                new KroneckerCurvature(BlockSpace.ofLayers(layers), bases, fit.eigenvalues(bases));
        ClosedFormInverse inverse = curvature.inverse(curvature.damping(DAMPING));
        Gradients gradients = new Gradients(objective, curvature.space(), compute);
        double[][] training = gradients.ofObjective();
        double[][] ofQueries = gradients.ofLogLikelihood(queries);
        double[][] products = inverse.applyAll(ofQueries);
        double[] self = new double[training.length];
        for (int m = 0; m < self.length; m++) {
            self[m] = Vectors.dot(training[m], inverse.apply(training[m]));
        }
        return new Reference(factors, fit, curvature, inverse, training, ofQueries, products, self);
    }

    record Reference(
            List<KroneckerFactors> factors, FactorDefinition fit, KroneckerCurvature curvature,
            ClosedFormInverse inverse, double[][] trainingGradients, double[][] queryGradients,
            double[][] products, double[] self) {

        /** In the order of a scan: {@code [N · queries]}. */
        double[] flatScores() {
            return flat(products);
        }

        /** The same with another inverse. */
        double[] flatScores(InverseCurvature other) {
            return flat(other.applyAll(queryGradients));
        }

        private double[] flat(double[][] products) {
            double[][] raw = InfluenceScores.of(products, trainingGradients).raw();
            double[] flat = new double[raw.length * raw[0].length];
            for (int q = 0; q < raw.length; q++) {
                for (int m = 0; m < raw[q].length; m++) {
                    flat[m * raw.length + q] = raw[q][m];
                }
            }
            return flat;
        }
    }

    /** {@code ‖x − y‖ / ‖y‖}. */
    static double relativeError(double[] x, double[] y) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < y.length; i++) {
            difference += (x[i] - y[i]) * (x[i] - y[i]);
            norm += y[i] * y[i];
        }
        return Math.sqrt(difference / norm);
    }
}
