package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.model.TrackedLayer;
import org.plumbline.random.RandomStreams;

/**
 * What the numbers of a case follow from.
 *
 * @param training sequences, padded to one length
 * @param queries likewise
 * @param layers the linear layers whose parameters are differentiated, in the order of the forward pass
 * @param others parameters beside them, which have no Kronecker factors
 */
record ConformanceProblem(
        Decoder model, Parameters parameters, List<Example> training, List<Example> queries,
        List<TrackedLayer> layers, List<ParameterBlock> others) {

    /** Far enough from initialization that biases, gains and residuals all matter. */
    private static final double NOISE = 0.15;

    ConformanceProblem {
        training = List.copyOf(training);
        queries = List.copyOf(queries);
        layers = List.copyOf(layers);
        others = List.copyOf(others);
    }

    /** A model with random parameters, in which nothing is special, on the layers of its MLPs. */
    static ConformanceProblem random(Decoder model, long seed, List<Example> training, List<Example> queries) {
        Parameters initial = model.initialize(RandomStreams.of(seed, "parameters", 0));
        RandomGenerator noise = RandomStreams.of(seed, "noise", 0);
        Map<String, double[]> values = new LinkedHashMap<>();
        for (String name : model.space().shapes().keySet()) {
            double[] moved = initial.doubles(name).clone();
            Arrays.setAll(moved, i -> moved[i] + NOISE * noise.nextGaussian());
            values.put(name, moved);
        }
        return new ConformanceProblem(model, Parameters.ofDoubles(model.space(), values), training, queries,
                model.mlpLayers(), List.of());
    }

    /** This problem with a parameter beside its layers, once for all of its uses. */
    ConformanceProblem with(String parameter) {
        List<ParameterBlock> more = new ArrayList<>(others);
        more.add(ParameterBlock.of(model.space(), parameter));
        return new ConformanceProblem(model, parameters, training, queries, layers, more);
    }

    /** This problem on other data. */
    ConformanceProblem on(List<Example> otherTraining, List<Example> otherQueries) {
        return new ConformanceProblem(model, parameters, otherTraining, otherQueries, layers, others);
    }

    /** The blocks of the layers, then the others. */
    BlockSpace space() {
        List<ParameterBlock> blocks = new ArrayList<>(layers.stream().map(ParameterBlock::of).toList());
        blocks.addAll(others);
        return new BlockSpace(blocks);
    }

    Objective objective() {
        return new Objective(model, parameters, training);
    }
}
