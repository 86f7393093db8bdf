package org.plumbline.curvature;

import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Model;
import org.plumbline.program.Program;

/**
 * The exact Hessian or Gauss–Newton matrix of an objective as an operator: {@code C v = 1/N Σ_m C_m v}, one program run
 * an example, for any number of parameters (Pearlmutter, <em>Fast Exact Multiplication by the Hessian</em>, 1994;
 * Schraudolph, <em>Fast Curvature Matrix-Vector Products for Second-Order Gradient Descent</em>, 2002). Symmetric up to
 * rounding; exact up to rounding.
 *
 * <p>Cost: a small multiple of {@code N} forward and backward passes for each product; memory a few vectors.
 */
public final class ExactCurvature implements Curvature {
    private final Objective objective;
    private final BlockSpace space;
    private final Compute compute;
    private final ExampleRuns runs;

    private ExactCurvature(
            Objective objective, BlockSpace space, Compute compute, IntFunction<Program> programOfLength) {
        this.objective = objective;
        this.space = space;
        this.compute = compute;
        this.runs = new ExampleRuns(compute, objective.parameters(), programOfLength);
    }

    /** {@code H = ∇²J}. */
    public static ExactCurvature hessian(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, length -> CurvaturePrograms.hessianProduct(model, space, length));
    }

    /**
     * {@code G = 1/N Σ_m Σ_t J_tᵀ H_t J_t}, {@code H_t} the Hessian of the loss in the outputs of position {@code t}.
     * For softmax cross-entropy with weights 0 and 1 it is the true Fisher.
     */
    public static ExactCurvature gaussNewton(Objective objective, BlockSpace space, Compute compute) {
        Model model = objective.model();
        return new ExactCurvature(
                objective, space, compute, length -> CurvaturePrograms.gaussNewtonProduct(model, space, length));
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        double[][] directions = new double[space.blocks().size()][];
        for (int i = 0; i < directions.length; i++) {
            directions[i] = Arrays.copyOfRange(v, space.offset(i), space.offset(i + 1));
        }
        double[] product = ExampleSum.of(
                objective.examples(), space.dimension(), compute.workers(),
                (sum, index, example) -> runs.with(example, executable -> {
                    for (int i = 0; i < directions.length; i++) {
                        executable.bindPresent(Map.of(
                                BlockSpace.direction(space.blocks().get(i)), Storage.of(directions[i])));
                    }
                    executable.run();
                    addResults(executable, sum);
                }));
        Vectors.scale(1.0 / objective.examples().size(), product);
        return product;
    }

    private void addResults(Executable executable, double[] sum) {
        for (int i = 0; i < space.blocks().size(); i++) {
            double[] result = executable.doubles(BlockSpace.result(space.blocks().get(i)));
            int offset = space.offset(i);
            for (int j = 0; j < result.length; j++) {
                sum[offset + j] += result[j];
            }
        }
    }
}
