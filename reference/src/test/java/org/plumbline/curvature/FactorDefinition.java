package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.autodiff.Vjp;
import org.plumbline.batch.FisherLabels;
import org.plumbline.engine.Executable;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;
import org.plumbline.random.LabelDraws;

/**
 * What {@link FactorFit} computes, as it is defined: one sequence and one label string at a time, in double precision
 * on the scalar engine, all sums as plain loops. A label in exact expectation is one class at one position.
 */
public final class FactorDefinition {
    private static final String COTANGENT = "cotangent";
    private static final String MEAN = "mean";

    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final FisherLabels labels;

    public FactorDefinition(Objective objective, List<TrackedLayer> layers, FisherLabels labels) {
        this.objective = objective;
        this.layers = layers;
        this.labels = labels;
    }

    /** {@code A}, {@code S} and {@code n̄} of each layer. */
    public List<KroneckerFactors> factors() {
        double fed = objective.examples().stream().mapToInt(Example::fedPositions).sum();
        List<double[]> a = layers.stream().map(layer -> new double[layer.columns() * layer.columns()]).toList();
        List<double[]> s = layers.stream().map(layer -> new double[layer.outputs() * layer.outputs()]).toList();
        for (int m = 0; m < objective.examples().size(); m++) {
            Pass pass = new Pass(m);
            for (int l = 0; l < layers.size(); l++) {
                addOuter(pass.activations(l), layers.get(l).columns(), 1 / fed, a.get(l));
            }
            for (double[] cotangent : pass.cotangents(labels)) {
                pass.back(cotangent);
                for (int l = 0; l < layers.size(); l++) {
                    addOuter(pass.pseudoGradients(l), layers.get(l).outputs(), 1 / fed, s.get(l));
                }
            }
        }
        List<KroneckerFactors> factors = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            factors.add(new KroneckerFactors(ParameterBlock.of(layers.get(l)), a.get(l), s.get(l),
                    fed / objective.examples().size()));
        }
        return factors;
    }

    private static void addOuter(double[] rows, int n, double scale, double[] sum) {
        for (int at = 0; at < rows.length; at += n) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum[i * n + j] += scale * rows[at + i] * rows[at + j];
                }
            }
        }
    }

    /** {@code Λ}, flat over the layers. */
    public double[] eigenvalues(List<KroneckerBasis> bases) {
        return moments(labels.fresh(), (l, gradient) -> {
            int rows = layers.get(l).outputs();
            int columns = layers.get(l).columns();
            double[] qs = bases.get(l).gradientVectors();
            double[] qa = bases.get(l).activationVectors();
            double[] rotated = new double[rows * columns];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    for (int o = 0; o < rows; o++) {
                        for (int k = 0; k < columns; k++) {
                            rotated[i * columns + j] +=
                                    qs[o * rows + i] * gradient[o * columns + k] * qa[k * columns + j];
                        }
                    }
                }
            }
            return rotated;
        });
    }

    /** The diagonal of the Fisher matrix, flat over the layers. */
    public double[] diagonal() {
        return moments(labels, (l, gradient) -> gradient);
    }

    /** {@code ∇L} of each sequence at its own labels, flat over the layers. */
    public double[][] gradients() {
        BlockSpace space = BlockSpace.ofLayers(layers);
        double[][] gradients = new double[objective.examples().size()][space.dimension()];
        for (int m = 0; m < gradients.length; m++) {
            Pass pass = new Pass(m);
            pass.back(pass.training());
            for (int l = 0; l < layers.size(); l++) {
                double[] own = pass.gradient(l);
                System.arraycopy(own, 0, gradients[m], space.offset(l), own.length);
            }
        }
        return gradients;
    }

    /** What is done to the gradient of layer {@code l} before it is squared. */
    private interface Change {
        double[] of(int l, double[] gradient);
    }

    private double[] moments(FisherLabels at, Change change) {
        BlockSpace space = BlockSpace.ofLayers(layers);
        double[] moments = new double[space.dimension()];
        for (int m = 0; m < objective.examples().size(); m++) {
            Pass pass = new Pass(m);
            for (double[] cotangent : pass.cotangents(at)) {
                pass.back(cotangent);
                for (int l = 0; l < layers.size(); l++) {
                    double[] changed = change.of(l, pass.gradient(l));
                    for (int i = 0; i < changed.length; i++) {
                        moments[space.offset(l) + i] += changed[i] * changed[i] / objective.examples().size();
                    }
                }
            }
        }
        return moments;
    }

    /** Forward and backward passes of one sequence. */
    private final class Pass {
        private final int m;
        private final Example example;
        private final Executable executable;
        private final int classes;
        private final double[] mean;

        Pass(int m) {
            this.m = m;
            this.example = objective.examples().get(m);
            Program program = program(example.length());
            this.classes = program.input(COTANGENT).shape().dimension(1);
            this.executable = LoweredEngine.scalar().compile(program, Precision.DOUBLE);
            executable.bindPresent(objective.parameters().storages());
            executable.bindPresent(example.storages(Precision.DOUBLE));
            back(new double[example.length() * classes]);
            this.mean = executable.doubles(MEAN).clone();
        }

        private Program program(int length) {
            Model model = objective.model();
            ProgramBuilder b = new ProgramBuilder();
            Map<String, Value> noShifts = new LinkedHashMap<>();
            model.layers().forEach(layer ->
                    noShifts.put(layer.shift(), b.fill(0, Shape.of(length, layer.outputs()))));
            Program tapped = model.tapped(length);
            Map<String, Value> primal = b.inline(tapped, noShifts);
            Value outputs = primal.get(Model.OUTPUTS);
            Set<String> shifts = new LinkedHashSet<>();
            layers.forEach(layer -> shifts.add(layer.shift()));
            Map<String, Value> gradients = Vjp.inline(b, tapped, noShifts, shifts,
                    Map.of(Model.OUTPUTS, b.real(COTANGENT, length, outputs.shape().dimension(1)))).gradients();
            SequencedMap<String, Value> results = new LinkedHashMap<>();
            results.put(MEAN, model.likelihood().mean(b, outputs));
            for (TrackedLayer layer : layers) {
                results.put(layer.activations(), primal.get(layer.activations()));
                results.put(layer.shift(),
                        gradients.getOrDefault(layer.shift(), b.fill(0, Shape.of(length, layer.outputs()))));
            }
            return b.build(results);
        }

        void back(double[] cotangent) {
            executable.bind(COTANGENT, Storage.of(cotangent));
            executable.run();
        }

        /** {@code ā} of the fed positions, row after row. */
        double[] activations(int l) {
            TrackedLayer layer = layers.get(l);
            double[] a = executable.doubles(layer.activations());
            double[] fed = example.reals(Example.FED);
            double[] rows = new double[example.fedPositions() * layer.columns()];
            int row = 0;
            for (int t = 0; t < fed.length; t++) {
                if (fed[t] != 0) {
                    System.arraycopy(a, t * layer.inputs(), rows, row * layer.columns(), layer.inputs());
                    if (layer.bias().isPresent()) {
                        rows[row * layer.columns() + layer.inputs()] = 1;
                    }
                    row++;
                }
            }
            return rows;
        }

        /** {@code Ds} of the fed positions, row after row. */
        double[] pseudoGradients(int l) {
            int n = layers.get(l).outputs();
            double[] ds = executable.doubles(layers.get(l).shift());
            double[] fed = example.reals(Example.FED);
            double[] rows = new double[example.fedPositions() * n];
            int row = 0;
            for (int t = 0; t < fed.length; t++) {
                if (fed[t] != 0) {
                    System.arraycopy(ds, t * n, rows, row++ * n, n);
                }
            }
            return rows;
        }

        /** {@code Σ_t Ds_t ā_tᵀ}. */
        double[] gradient(int l) {
            int rows = layers.get(l).outputs();
            int columns = layers.get(l).columns();
            double[] ds = pseudoGradients(l);
            double[] a = activations(l);
            double[] gradient = new double[rows * columns];
            for (int t = 0; t < example.fedPositions(); t++) {
                for (int o = 0; o < rows; o++) {
                    for (int i = 0; i < columns; i++) {
                        gradient[o * columns + i] += ds[t * rows + o] * a[t * columns + i];
                    }
                }
            }
            return gradient;
        }

        /** Gradients of the loss in the outputs, {@code [T, C]} each. */
        List<double[]> cotangents(FisherLabels labels) {
            List<double[]> cotangents = new ArrayList<>();
            double[] weights = example.reals(Example.WEIGHTS);
            switch (labels) {
                case FisherLabels.Training _ -> cotangents.add(training());
                case FisherLabels.Sampled(long seed, int draws) -> {
                    for (int k = 0; k < draws; k++) {
                        double[] cotangent = new double[mean.length];
                        for (int t = 0; t < weights.length; t++) {
                            if (weights[t] != 0) {
                                objective.model().likelihood().sampleGradient(mean, t * classes,
                                        LabelDraws.generator(seed, m, k, ordinal(t)), weights[t] / Math.sqrt(draws),
                                        cotangent, t * classes, classes);
                            }
                        }
                        cotangents.add(cotangent);
                    }
                }
                case FisherLabels.RandomSigns(long seed, int draws) -> {
                    for (int k = 0; k < draws; k++) {
                        double[] cotangent = new double[mean.length];
                        for (int t = 0; t < weights.length; t++) {
                            if (weights[t] != 0) {
                                var random = LabelDraws.generator(seed, m, k, ordinal(t));
                                for (int c = 0; c < classes; c++) {
                                    double sign = random.nextBoolean() ? 1 : -1;
                                    double[] root = root(t, c, weights[t] / Math.sqrt(draws));
                                    for (int j = 0; j < classes; j++) {
                                        cotangent[t * classes + j] += sign * root[j];
                                    }
                                }
                            }
                        }
                        cotangents.add(cotangent);
                    }
                }
                case FisherLabels.Expectation _ -> {
                    for (int t = 0; t < weights.length; t++) {
                        for (int c = 0; c < classes && weights[t] != 0; c++) {
                            double[] cotangent = new double[mean.length];
                            System.arraycopy(root(t, c, weights[t]), 0, cotangent, t * classes, classes);
                            cotangents.add(cotangent);
                        }
                    }
                }
            }
            return cotangents;
        }

        private double[] training() {
            ProgramBuilder b = new ProgramBuilder();
            Value outputs = b.inline(objective.model().outputs(example.length()), Map.of()).get(Model.OUTPUTS);
            Program gradient = b.build(COTANGENT, objective.model().likelihood().outputGradient(
                    b, outputs, Likelihood.weights(b, outputs)));
            Executable run = LoweredEngine.scalar().compile(gradient, Precision.DOUBLE);
            run.bindPresent(objective.parameters().storages());
            run.bindPresent(example.storages(Precision.DOUBLE));
            run.run();
            return run.doubles(COTANGENT).clone();
        }

        private double[] root(int t, int c, double weight) {
            double[] root = new double[classes];
            objective.model().likelihood().rootColumn(
                    Arrays.copyOfRange(mean, t * classes, (t + 1) * classes), c, weight, root);
            return root;
        }

        private int ordinal(int t) {
            return (int) Arrays.stream(example.reals(Example.FED), 0, t).filter(fed -> fed != 0).count();
        }
    }
}
