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
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The gradient of {@link ProximalBregmanObjective}, for any sequence and for data of a size at which that definition is
 * slow: sequences are taken eight at a time, in one program for all of them, and the value is known up to a constant.
 *
 * <p>For both likelihoods the divergence is {@code A(z) − μ_sᵀz} plus a constant, {@code μ_s} the mean at {@code θs}
 * and {@code A = log Σ exp} or {@code ½‖·‖²}, with gradient {@code mean(z) − μ_s} in the outputs: the difference of the
 * predicted probabilities or of the predictions.
 *
 * <p>A gradient costs a forward and a backward pass over the {@code N} sequences. Not thread-safe: each thread has its
 * own, and sums are in the order of the sequences.
 */
final class BatchedBregmanGradient {
    private static final int BATCH = 8;
    private static final String REFERENCE = "reference";
    private static final String GRADIENT = "gradient.";
    private static final String VALUE = "value";

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
            divergence.computeIfAbsent(size, count -> compiled(divergenceGradient(count)));
        }
        this.loss = compiled(lossGradient());
    }

    private Executable compiled(Program program) {
        Executable executable = engine.compile(program, Precision.DOUBLE);
        executable.bindPresent(point.storages());
        return executable;
    }

    /** Moves to {@code θs + δ} and returns the parameters there; the next move changes them. */
    Parameters moveTo(double[] delta) {
        point.moveTo(delta);
        return point.parameters();
    }

    /**
     * {@code Q(δ, ε)} up to a constant, and {@code ∇_δ Q(δ, ε)}.
     *
     * @param sequence {@code z}, whose loss is weighted by {@code ε}; no longer than the longest of the data
     */
    QuasiNewton.Evaluation at(double[] delta, Example sequence, double epsilon) {
        point.moveTo(delta);
        double[] gradient = new double[space.dimension()];
        double value = 0;
        for (int i = 0; i < batches.size(); i++) {
            Executable executable = divergence.get(sizes.get(i));
            executable.bindPresent(batches.get(i));
            executable.run();
            value += executable.scalar(VALUE) / sequences;
            Vectors.axpy(1.0 / sequences, flat(executable), gradient);
        }
        for (int i = 0; i < gradient.length; i++) {
            value += 0.5 * damping[i] * delta[i] * delta[i];
            gradient[i] += damping[i] * delta[i];
        }
        if (epsilon != 0) {
            loss.bindPresent(sequence.padRight(length).storages(Precision.DOUBLE));
            loss.run();
            value += epsilon * loss.scalar(VALUE);
            Vectors.axpy(epsilon, flat(loss), gradient);
        }
        return new QuasiNewton.Evaluation(value, gradient);
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
        Value z = b.inline(batched(model.outputs(length), size), Map.of()).get(Model.OUTPUTS);
        Value potential = switch (model.likelihood()) {
            case CATEGORICAL -> b.logSumExp(z);
            case GAUSSIAN -> b.scale(b.sumRows(b.multiply(z, z)), 0.5);
        };
        Value reference = b.real(REFERENCE, z.shape().dimensions());
        Value perPosition = b.subtract(potential, b.sumRows(b.multiply(reference, z)));
        return gradient(b.build(VALUE, b.sumAll(b.multiply(perPosition, Likelihood.weights(b, z)))));
    }

    private Program lossGradient() {
        ProgramBuilder b = new ProgramBuilder();
        return gradient(b.build(VALUE, b.inline(model.loss(length), Map.of()).get(Model.LOSS)));
    }

    /** The scalar and its gradient in each parameter. */
    private Program gradient(Program program) {
        ProgramBuilder b = new ProgramBuilder();
        Vjp.Pullback pullback = Vjp.inline(
                b, program, Map.of(), space.parameters(), Map.of(VALUE, b.fill(1, Shape.scalar())));
        SequencedMap<String, Value> named = new LinkedHashMap<>(pullback.outputs());
        for (String name : space.parameters()) {
            named.put(GRADIENT + name, pullback.gradients().getOrDefault(name, b.fill(0, model.space().shape(name))));
        }
        return b.build(named);
    }
}
