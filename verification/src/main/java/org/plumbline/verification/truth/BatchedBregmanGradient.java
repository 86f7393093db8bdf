package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.curvature.BatchedExamples;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The gradient of {@link ProximalBregmanObjective}, for any sequence and for data of a size at which that definition is
 * slow: sequences are taken eight at a time, compiled once for all of them, and the divergence is never computed.
 *
 * <p>What makes that possible: the Bregman divergence of either likelihood has the gradient {@code mean(z_θ) − mean(z_θs)}
 * in the outputs, the difference of the predicted probabilities or of the predictions.
 *
 * <p>A gradient costs a forward and a backward pass over the {@code N} sequences. Not thread-safe: each thread has its
 * own, and sums are in the order of the sequences.
 */
final class BatchedBregmanGradient {
    private static final int BATCH = 8;
    private static final String REFERENCE = "reference";
    private static final String GRADIENT = "gradient.";

    private final Model model;
    private final BlockSpace space;
    private final double[] damping;
    private final int sequences;
    private final Point point;
    private final Engine engine;
    private final int length;
    private final Map<Integer, Executable> divergence = new HashMap<>();
    private final List<Map<String, Storage>> batches = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final Executable loss;

    BatchedBregmanGradient(Objective objective, BlockSpace space, Damping damping, Engine engine) {
        this.model = objective.model();
        this.space = space;
        this.damping = damping.diagonal(space);
        this.sequences = objective.examples().size();
        this.point = new Point(objective.parameters(), space);
        this.engine = engine;
        this.length = objective.examples().stream().mapToInt(Example::length).max().orElseThrow();
        List<Example> padded = objective.examples().stream().map(example -> example.padRight(length)).toList();
        for (int from = 0; from < sequences; from += BATCH) {
            int size = Math.min(BATCH, sequences - from);
            Map<String, Storage> inputs = BatchedExamples.stack(padded.subList(from, from + size));
            Executable mean = engine.compile(mean(size), Precision.DOUBLE);
            mean.bindPresent(objective.parameters().storages());
            mean.bindPresent(inputs);
            mean.run();
            Map<String, Storage> all = new LinkedHashMap<>(inputs);
            all.put(REFERENCE, Storage.of(mean.doubles(REFERENCE).clone()));
            batches.add(all);
            sizes.add(size);
            divergence.computeIfAbsent(size, n -> compiled(divergenceGradient(n)));
        }
        this.loss = compiled(lossGradient());
    }

    private Executable compiled(Program program) {
        Executable executable = engine.compile(program, Precision.DOUBLE);
        executable.bindPresent(point.storages());
        return executable;
    }

    /** Moves to {@code θs + δ} and returns the parameters there; the next move changes them. */
    Parameters at(double[] delta) {
        point.moveTo(delta);
        return point.parameters();
    }

    /**
     * {@code ∇_δ Q(δ, ε)}.
     *
     * @param sequence {@code z}, whose loss is weighted by {@code ε}; of any length the model takes
     */
    double[] gradient(double[] delta, Example sequence, double epsilon) {
        double[] gradient = divergenceGradient(delta);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] += damping[i] * delta[i];
        }
        if (epsilon != 0) {
            Vectors.axpy(epsilon, lossGradient(delta, sequence), gradient);
        }
        return gradient;
    }

    /** {@code ∇ 1/N Σ_m B(z_m; θs + δ, θs)}. */
    private double[] divergenceGradient(double[] delta) {
        point.moveTo(delta);
        double[] sum = new double[space.dimension()];
        for (int i = 0; i < batches.size(); i++) {
            Executable executable = divergence.get(sizes.get(i));
            executable.bindPresent(batches.get(i));
            executable.run();
            Vectors.axpy(1.0 / sequences, flat(executable), sum);
        }
        return sum;
    }

    /** {@code ∇L(z, θs + δ)}. */
    double[] lossGradient(double[] delta, Example sequence) {
        point.moveTo(delta);
        loss.bindPresent(sequence.padRight(length).storages(Precision.DOUBLE));
        loss.run();
        return flat(loss);
    }

    private double[] flat(Executable executable) {
        Map<String, double[]> byName = new HashMap<>();
        space.parameters().forEach(name -> byName.put(name, executable.doubles(GRADIENT + name)));
        return space.flatten(byName);
    }

    private Program batched(Program program, int size) {
        Set<String> inputs =
                program.inputs().keySet().stream().filter(Example::isInput).collect(Collectors.toSet());
        return Vmap.of(program, size, inputs.stream().sorted().toList());
    }

    private Program mean(int size) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs = b.inline(batched(model.outputs(length), size), Map.of()).get(Model.OUTPUTS);
        return b.build(REFERENCE, model.likelihood().mean(b, outputs));
    }

    private Program divergenceGradient(int size) {
        ProgramBuilder b = new ProgramBuilder();
        Program outputs = batched(model.outputs(length), size);
        Value z = b.inline(outputs, Map.of()).get(Model.OUTPUTS);
        Value difference = b.subtract(
                model.likelihood().mean(b, z), b.real(REFERENCE, z.shape().dimensions()));
        Value cotangent = b.multiply(difference, b.alongRows(Likelihood.weights(b, z), z));
        return gradient(b, outputs, Map.of(Model.OUTPUTS, cotangent));
    }

    private Program lossGradient() {
        ProgramBuilder b = new ProgramBuilder();
        Program program = model.loss(length);
        return gradient(b, program, Map.of(
                Model.LOSS, b.fill(1, program.outputs().firstEntry().getValue().shape())));
    }

    private Program gradient(ProgramBuilder b, Program program, Map<String, Value> cotangents) {
        Map<String, Value> gradients = Vjp.inline(b, program, Map.of(), space.parameters(), cotangents).gradients();
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        for (String name : space.parameters()) {
            named.put(GRADIENT + name, gradients.getOrDefault(name, b.fill(0, model.space().shape(name))));
        }
        return b.build(named);
    }
}
