package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.plumbline.linalg.Vectors;

/**
 * Kronecker factors of the blocks of a dense curvature, from the blocks themselves instead of from activations and
 * pseudo-gradients. All return factors with {@code n̄ = 1}: the approximation is {@code S ⊗ A} as it stands, and
 * {@link KroneckerCurvature#kfac} makes an operator of it.
 */
public final class DenseFactors {
    private static final int STEPS = 1000;

    /** Relative change of a factor at which the iteration has settled: a few roundings of a long sum. */
    private static final double SETTLED = 1e-13;

    private DenseFactors() {}

    /**
     * Partial traces, {@code S = tr_A C / tr C} and {@code A = tr_S C} with {@code (tr_A C)[i, j] = Σ_k C[(i, k), (j,
     * k)]} and {@code (tr_S C)[k, l] = Σ_i C[(i, k), (i, l)]}, so that {@code tr(S ⊗ A) = tr C}.
     *
     * <p>For {@code C = E[vec(Dθ) vec(Dθ)ᵀ]} they are {@code E[Dθ Dθᵀ]} and {@code E[Dθᵀ Dθ]}: Shampoo's factors
     * (Gupta, Koren and Singer, 2018), here without their fourth roots, scaled to keep the trace as TKFAC's are (Gao et
     * al., <em>A Trace-restricted Kronecker-Factored Approximation to Natural Gradient</em>, 2021). They are one step
     * of {@link #nearest}'s iteration from the identity (Morwani et al., <em>A New Perspective on Shampoo's
     * Preconditioner</em>, 2024). {@code 4 m² n²} operations a block.
     */
    public static List<KroneckerFactors> partialTraces(DenseCurvature curvature) {
        return each(curvature, contraction -> {
            double[] s = contraction.overActivation(KroneckerContraction.identity(contraction.columns()));
            double[] a = contraction.overGradient(KroneckerContraction.identity(contraction.rows()));
            double trace = KroneckerContraction.trace(s, contraction.rows());
            return new Pair(KroneckerContraction.divided(s, trace), a);
        });
    }

    /**
     * The Kronecker product nearest to each block in Frobenius norm, {@code min ‖C − S ⊗ A‖} (Van Loan and Pitsianis,
     * <em>Approximation with Kronecker Products</em>, 1993): the leading singular pair of the rearranged block, by
     * alternating least squares from the partial traces,
     *
     * <pre>  A ← Σ_ij C[(i,·),(j,·)] S[i,j] / ‖S‖²,   S ← Σ_kl C[(·,k),(·,l)] A[k,l] / ‖A‖².</pre>
     *
     * <p>The distance falls with every step. Of a positive semi-definite block the factors stay positive semi-definite
     * (their theorem 5.8). It ends when a step changes {@code S} by no more than {@value #SETTLED} of its norm, at the
     * latest after {@value #STEPS} steps of {@code 4 m² n²} operations.
     */
    public static List<KroneckerFactors> nearest(DenseCurvature curvature) {
        return each(curvature, contraction -> {
            double[] s = contraction.overActivation(KroneckerContraction.identity(contraction.columns()));
            double[] a = contraction.overGradient(KroneckerContraction.identity(contraction.rows()));
            double change = Double.POSITIVE_INFINITY;
            for (int step = 0; step < STEPS && change > SETTLED; step++) {
                a = KroneckerContraction.divided(contraction.overGradient(s), Vectors.dot(s, s));
                double[] next = KroneckerContraction.divided(contraction.overActivation(a), Vectors.dot(a, a));
                Vectors.axpy(-1, next, s);
                change = Vectors.norm(s) / Vectors.norm(next);
                s = next;
            }
            return new Pair(s, a);
        });
    }

    private record Pair(double[] gradient, double[] activation) {}

    private static List<KroneckerFactors> each(DenseCurvature curvature, Function<KroneckerContraction, Pair> fit) {
        List<KroneckerFactors> factors = new ArrayList<>();
        for (int i = 0; i < curvature.space().blocks().size(); i++) {
            ParameterBlock block = curvature.space().blocks().get(i);
            Pair pair = fit.apply(new KroneckerContraction(curvature.block(i), block.rows(), block.columns()));
            factors.add(new KroneckerFactors(block, pair.activation(), pair.gradient(), 1));
        }
        return factors;
    }
}
