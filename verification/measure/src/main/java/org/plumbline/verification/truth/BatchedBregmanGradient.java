package org.plumbline.verification.truth;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.plumbline.autodiff.Vjp;
import org.plumbline.batch.Batch;
import org.plumbline.batch.BatchPrograms;
import org.plumbline.batch.BatchRuns;
import org.plumbline.batch.BatchShape;
import org.plumbline.batch.FoldStore;
import org.plumbline.batch.ModelContext;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Sequences;
import org.plumbline.batch.SumPass;
import org.plumbline.batch.Sums;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
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
 * <p>A gradient costs a forward and a backward pass over the {@code N} sequences. Thread-safe; sums are in the order of
 * the sequences, and threads change no bit.
 */
final class BatchedBregmanGradient {
    private static final int BATCH = 8;
    private static final String REFERENCE = "reference";
    private static final String GRADIENT = "gradient.";
    private static final String VALUE = "value";

    private final Model model;
    private final BlockSpace space;
    private final double[] damping;
    private final Sequences data;
    private final ModelContext context;
    private final BatchRuns divergence;
    private final BatchRuns loss;

    /** The means at {@code θs} of the sequences of each batch, by the number of its first sequence. */
    private final Map<Integer, Storage> references = new ConcurrentHashMap<>();

    BatchedBregmanGradient(Objective objective, BlockSpace space, Damping damping, Compute compute) {
        this.model = objective.model();
        this.space = space;
        this.damping = damping.diagonal(space);
        this.data = Sequences.of(objective.examples());
        this.context = ModelContext.moving(model, Precision.DOUBLE, compute, BATCH);
        BatchRuns means = new BatchRuns(context, this::mean, Map.of());
        new SumPass(context, data, Map.of(), (batch, _) -> means.run(
                batch, objective.parameters().storages(),
                executable -> references.put(batch.first(), Storage.of(executable.doubles(REFERENCE).clone()))))
                .run(FoldStore.NONE, PassListener.NONE);
        this.divergence = new BatchRuns(context, this::divergenceGradient, Map.of());
        this.loss = new BatchRuns(context, this::lossGradient, Map.of());
    }

    /**
     * {@code Q(δ, ε)} up to a constant, and {@code ∇_δ Q(δ, ε)}.
     *
     * @param point is moved to {@code θs + δ}; one that no other thread moves meanwhile
     * @param sequence {@code z}, whose loss is weighted by {@code ε}
     */
    QuasiNewton.Evaluation at(ShiftedParameters point, double[] delta, Example sequence, double epsilon) {
        point.moveTo(delta);
        Sums sums = new SumPass(
                context, data, Map.of(VALUE, 1, GRADIENT, space.dimension()), (batch, part) -> {
                    Map<String, Storage> inputs = new LinkedHashMap<>(point.storages());
                    inputs.put(REFERENCE, Objects.requireNonNull(references.get(batch.first())));
                    divergence.run(batch, inputs, executable -> {
                        part.get(VALUE)[0] += executable.scalar(VALUE);
                        Vectors.axpy(1, flat(executable), part.get(GRADIENT));
                    });
                }).run(FoldStore.NONE, PassListener.NONE);
        double[] gradient = sums.get(GRADIENT);
        Vectors.scale(1.0 / data.size(), gradient);
        double[] value = {sums.get(VALUE)[0] / data.size()};
        for (int i = 0; i < gradient.length; i++) {
            value[0] += 0.5 * damping[i] * delta[i] * delta[i];
            gradient[i] += damping[i] * delta[i];
        }
        if (epsilon != 0) {
            loss.run(Batch.of(0, List.of(sequence)), point.storages(), executable -> {
                value[0] += epsilon * executable.scalar(VALUE);
                Vectors.axpy(epsilon, flat(executable), gradient);
            });
        }
        return new QuasiNewton.Evaluation(value[0], gradient);
    }

    private double[] flat(Executable executable) {
        Map<String, double[]> byName = new HashMap<>();
        space.parameters().forEach(name -> byName.put(name, executable.doubles(GRADIENT + name)));
        return space.flatten(byName);
    }

    private Value outputs(ProgramBuilder b, BatchShape shape) {
        return b.inline(BatchPrograms.of(model.outputs(shape.length()), shape), Map.of()).get(Model.OUTPUTS);
    }

    private Program mean(BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build(REFERENCE, model.likelihood().mean(b, outputs(b, shape)));
    }

    private Program divergenceGradient(BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Value z = outputs(b, shape);
        Value potential = switch (model.likelihood()) {
            case CATEGORICAL -> b.logSumExp(z);
            case GAUSSIAN -> b.scale(b.sumRows(b.multiply(z, z)), 0.5);
        };
        Value reference = b.real(REFERENCE, z.shape().dimensions());
        Value perPosition = b.subtract(potential, b.sumRows(b.multiply(reference, z)));
        return gradient(b.build(VALUE, b.sumAll(b.multiply(perPosition, Likelihood.weights(b, z)))));
    }

    private Program lossGradient(BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        return gradient(b.build(VALUE, b.inline(BatchPrograms.loss(model, shape), Map.of()).get(Model.LOSS)));
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
