package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * The proximal Bregman objective (Bae et al., 2022; Grosse et al., 2023, eq. 7–8) around parameters {@code θ_s}, as a
 * function of the displacement {@code δ = θ − θ_s} of the parameters of some blocks, all others held fixed:
 *
 * <pre>  P_ε(δ) = 1/N Σ_m D_m(θ_s + δ) + ½ Σ_ℓ λ_ℓ ‖δ_ℓ‖² + ε L(z, θ_s + δ).</pre>
 *
 * <p>{@code D_m} is the Bregman divergence of the loss in the outputs of sequence {@code m}, from the outputs {@code
 * z_s} at {@code θ_s}, summed over loss positions as {@code L} is. For cross-entropy it is {@code KL(p_θs ‖ p_θ) =
 * lse(z) − lse(z_s) − p_sᵀ(z − z_s)}, for {@code ½‖y − z‖²} it is {@code ½‖z − z_s‖²}; neither needs labels. {@code ε >
 * 0} adds the sequence {@code z}, one copy of it at {@code ε = 1/N}; {@code ε < 0} removes it.
 *
 * <p>At {@code ε = 0} the minimum is {@code δ = 0}, and the Hessian there is {@code G + λ}, so that the minimizer moves
 * with {@code ε} as {@code dδ/dε = −(G + λ)⁻¹ ∇L(z)}: {@code df/dε = −∇fᵀ(G + λ)⁻¹∇L(z)} is the influence of {@code z}
 * on {@code f}, in this library's sign and units.
 *
 * <p>One evaluation costs a forward and backward pass over the data; a dense Hessian as many as there are parameters.
 * Not thread-safe.
 */
public final class ProximalBregmanObjective {
    private static final String ANCHOR = "anchor";
    private static final String DIVERGENCE = "divergence";

    private final Objective objective;
    private final BlockSpace space;
    private final double[] damping;
    private final Compute compute;
    private final double[] start;
    private final Parameters moving;
    private final List<ScalarTerm> divergences = new ArrayList<>();
    private final ScalarTerm loss;

    /**
     * @param objective whose parameters are {@code θ_s}; they are copied
     * @param space the parameters that move
     * @param damping {@code λ_ℓ} of each block
     * @param added the sequence {@code z}
     */
    public ProximalBregmanObjective(
            Objective objective, BlockSpace space, Damping damping, Example added, Compute compute) {
        this.objective = objective;
        this.space = space;
        this.damping = damping.diagonal(space);
        this.compute = compute;
        this.moving = objective.parameters().copy(Precision.DOUBLE);
        Map<String, double[]> values = new LinkedHashMap<>();
        space.parameters().forEach(name -> values.put(name, objective.parameters().doubles(name)));
        this.start = space.flatten(values);
        for (Example example : objective.examples()) {
            Map<String, Storage> inputs = inputs(example);
            inputs.put(ANCHOR, Storage.of(outputs(example)));
            divergences.add(new ScalarTerm(divergence(objective.model(), example.length()), space, inputs, compute));
        }
        this.loss = new ScalarTerm(objective.model().loss(added.length()), space, inputs(added), compute);
    }

    private Map<String, Storage> inputs(Example example) {
        Map<String, Storage> inputs = new LinkedHashMap<>(moving.storages());
        inputs.putAll(example.storages(Precision.DOUBLE));
        return inputs;
    }

    private double[] outputs(Example example) {
        Executable run = compute.engine().compile(objective.model().outputs(example.length()), Precision.DOUBLE);
        run.bindPresent(inputs(example));
        run.run();
        return run.doubles(Model.OUTPUTS).clone();
    }

    /** {@code D} of one example of {@code length} positions, with {@code z_s} as an input. */
    private static Program divergence(Model model, int length) {
        ProgramBuilder b = new ProgramBuilder();
        Value z = b.inline(model.outputs(length), Map.of()).get(Model.OUTPUTS);
        Value anchor = b.real(ANCHOR, z.shape().dimensions());
        Value weights = Likelihood.weights(b, z);
        Value step = b.subtract(z, anchor);
        Value perPosition = switch (model.likelihood()) {
            case CATEGORICAL -> b.subtract(
                    b.subtract(b.logSumExp(z), b.logSumExp(anchor)), b.sumRows(b.multiply(b.softmax(anchor), step)));
            case GAUSSIAN -> b.scale(b.sumRows(b.multiply(step, step)), 0.5);
        };
        return b.build(DIVERGENCE, b.sumAll(b.multiply(perPosition, weights)));
    }

    public BlockSpace space() {
        return space;
    }

    /** {@code P_ε(δ)}. */
    public double value(double[] displacement, double epsilon) {
        moveTo(displacement);
        double sum = 0;
        for (ScalarTerm divergence : divergences) {
            sum += divergence.value();
        }
        double proximal = 0;
        for (int i = 0; i < damping.length; i++) {
            proximal += 0.5 * damping[i] * displacement[i] * displacement[i];
        }
        return sum / divergences.size() + proximal + epsilon * loss.value();
    }

    /** {@code ∇P_ε(δ)}, flat over the space. */
    public double[] gradient(double[] displacement, double epsilon) {
        moveTo(displacement);
        double[] gradient = new double[damping.length];
        for (ScalarTerm divergence : divergences) {
            Vectors.axpy(1.0 / divergences.size(), divergence.gradient(), gradient);
        }
        for (int i = 0; i < damping.length; i++) {
            gradient[i] += damping[i] * displacement[i];
        }
        Vectors.axpy(epsilon, loss.gradient(), gradient);
        return gradient;
    }

    /** {@code ∇²P_ε(δ) v}, flat over the space. */
    public double[] hessianProduct(double[] displacement, double epsilon, double[] v) {
        moveTo(displacement);
        return hessianProduct(epsilon, v);
    }

    private double[] hessianProduct(double epsilon, double[] v) {
        double[] product = new double[damping.length];
        for (ScalarTerm divergence : divergences) {
            Vectors.axpy(1.0 / divergences.size(), divergence.hessianProduct(v), product);
        }
        for (int i = 0; i < damping.length; i++) {
            product[i] += damping[i] * v[i];
        }
        if (epsilon != 0) {
            Vectors.axpy(epsilon, loss.hessianProduct(v), product);
        }
        return product;
    }

    /** {@code ∇²P_ε(δ)}, dense and row-major. */
    public double[] hessian(double[] displacement, double epsilon) {
        moveTo(displacement);
        int n = damping.length;
        double[] hessian = new double[Math.multiplyExact(n, n)];
        double[] unit = new double[n];
        for (int i = 0; i < n; i++) {
            unit[i] = 1;
            System.arraycopy(hessianProduct(epsilon, unit), 0, hessian, i * n, n);
            unit[i] = 0;
        }
        return hessian;
    }

    /** The parameters {@code θ_s + δ}, a copy. */
    public Parameters parameters(double[] displacement) {
        moveTo(displacement);
        return moving.copy(Precision.DOUBLE);
    }

    private void moveTo(double[] displacement) {
        double[] moved = start.clone();
        Vectors.axpy(1, displacement, moved);
        space.unflatten(moved).forEach((name, values) ->
                System.arraycopy(values, 0, moving.doubles(name), 0, values.length));
    }
}
