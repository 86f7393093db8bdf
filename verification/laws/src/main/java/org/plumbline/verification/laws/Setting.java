package org.plumbline.verification.laws;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;

/** A drawn model with parameters and data, and the layers that a law is checked on. */
public final class Setting {
    /** The engine of {@link LawOptions}, in the calling thread. */
    public static final Compute COMPUTE = new Compute(LawOptions.ofProperties().engine(), Workers.serial());

    private final String description;
    private final long seed;
    private final Objective objective;
    private final List<TrackedLayer> layers;
    private @Nullable LabelEnumeration enumeration;
    private @Nullable DenseCurvature gaussNewton;
    private double @Nullable [][] gradients;

    Setting(String description, long seed, Objective objective, List<TrackedLayer> layers) {
        this.description = description;
        this.seed = seed;
        this.objective = objective;
        this.layers = List.copyOf(layers);
    }

    public Objective objective() {
        return objective;
    }

    public Model model() {
        return objective.model();
    }

    public List<Example> examples() {
        return objective.examples();
    }

    public List<TrackedLayer> layers() {
        return layers;
    }

    /** The blocks of the layers. */
    public BlockSpace space() {
        return BlockSpace.ofLayers(layers);
    }

    /** This setting on other examples. */
    public Setting on(List<Example> examples) {
        return new Setting(description, seed, objective.on(examples), layers);
    }

    /** This setting at other parameters. */
    public Setting with(Parameters parameters) {
        return new Setting(description, seed, new Objective(model(), parameters, examples()), layers);
    }

    /** The data of this setting with another model, on all of its layers. */
    public Setting with(Model other, Parameters parameters) {
        return new Setting(description, seed, new Objective(other, parameters, examples()), other.layers());
    }

    /** A generator for one purpose within this setting. */
    public SplittableRandom random(String purpose) {
        return new SplittableRandom(seed ^ purpose.hashCode());
    }

    /** A vector of standard normal numbers, the same for the same purpose. */
    public double[] vector(String purpose, int dimension) {
        SplittableRandom random = random(purpose);
        double[] vector = new double[dimension];
        Arrays.setAll(vector, i -> random.nextGaussian());
        return vector;
    }

    /** All pseudo-gradients of the layers with their weights. */
    public synchronized LabelEnumeration enumeration() {
        if (enumeration == null) {
            enumeration = new LabelEnumeration(objective, layers);
        }
        return enumeration;
    }

    /** The exact Gauss–Newton matrix of the layers. */
    public synchronized DenseCurvature gaussNewton() {
        if (gaussNewton == null) {
            gaussNewton = DenseExactCurvature.gaussNewton(objective, layers, COMPUTE, _ -> {});
        }
        return gaussNewton;
    }

    /** {@code ∇L} of each example in the layers. */
    public synchronized double[][] gradients() {
        if (gradients == null) {
            gradients = new Gradients(objective, space(), COMPUTE).ofObjective();
        }
        return gradients;
    }

    /** The elements of a flat vector that belong to one layer. */
    public double[] part(double[] flat, int layer) {
        return Arrays.copyOfRange(flat, space().offset(layer), space().offset(layer + 1));
    }

    @Override
    public String toString() {
        return description + ", seed " + seed + ", layers " + layers.stream().map(TrackedLayer::name).toList();
    }
}
