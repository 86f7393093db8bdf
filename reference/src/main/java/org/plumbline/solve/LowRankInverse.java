package org.plumbline.solve;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.SolveException;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

/**
 * The inverse of a low-rank curvature {@code C = U diag(θ) Uᵀ} with damping, under a {@link LowRankComplement}. With
 * {@code W = U √θ}, the whole inverse is (Sherman, Morrison and Woodbury)
 *
 * <pre>  (W Wᵀ + D)⁻¹ v = D⁻¹ [v − W (I + Wᵀ D⁻¹ W)⁻¹ Wᵀ D⁻¹ v].</pre>
 *
 * <p>{@code r² P} operations once and {@code 4 r P} for each vector; {@code r P} numbers, those of {@code U}.
 */
public final class LowRankInverse implements InverseCurvature {
    private final LowRankCurvature curvature;
    private final LowRankComplement complement;
    private final double[] weights;
    private final double[] roots;
    private final CholeskySolver small;
    private final List<String> nullBlocks;

    private LowRankInverse(
            LowRankCurvature curvature, LowRankComplement complement, double[] weights, double[] roots,
            CholeskySolver small, List<String> nullBlocks) {
        this.curvature = curvature;
        this.complement = complement;
        this.weights = weights;
        this.roots = roots;
        this.small = small;
        this.nullBlocks = nullBlocks;
    }

    /**
     * The inverse of {@code curvature + damping}.
     *
     * @throws SolveException if a {@code θ} is negative beyond rounding, or a block has curvature and no damping under
     *     {@link LowRankComplement#DAMPED}: it is then singular
     * @throws org.plumbline.linalg.NotPositiveDefiniteException if {@code diag(θ) + UᵀDU} is singular
     */
    public static LowRankInverse of(LowRankCurvature curvature, Damping damping, LowRankComplement complement) {
        BlockSpace space = curvature.space();
        damping.requireFits(space);
        int rank = curvature.rank();
        double[] roots = roots(curvature, damping);
        double[] diagonal = curvature.diagonal();
        List<String> nullBlocks = damping.nullBlocks(space, diagonal);
        double[] weights = damping.diagonal(space);
        if (complement == LowRankComplement.DAMPED) {
            requireDamping(space, diagonal, damping);
            // A null block is left out: its part of every solution is zero.
            Arrays.setAll(weights, i -> weights[i] == 0 ? 0 : 1 / weights[i]);
        }
        double[] gram = new double[rank * rank];
        for (int k = 0; k < rank; k++) {
            double[] weighted = times(weights, curvature.vector(k));
            for (int l = 0; l <= k; l++) {
                double product = Vectors.dot(weighted, curvature.vector(l));
                double entry = complement == LowRankComplement.DAMPED ? roots[k] * roots[l] * product : product;
                gram[k * rank + l] = entry;
                gram[l * rank + k] = entry;
            }
            gram[k * rank + k] += complement == LowRankComplement.DAMPED ? 1 : roots[k] * roots[k];
        }
        return new LowRankInverse(
                curvature, complement, weights, roots, CholeskySolver.of(gram, rank), nullBlocks);
    }

    /**
     * {@code √θ}. A Ritz value that is negative by no more than rounding is zero: rounding of the largest one, or of
     * the smallest damping. Where a softmax is saturated, its factor {@code diag(p) − ppᵀ} cancels, and the rounding of
     * products exceeds that of the largest {@code θ}; beside the damping such a {@code θ} is still nothing.
     */
    private static double[] roots(LowRankCurvature curvature, Damping damping) {
        double[] values = curvature.values();
        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
        double smallest = IntStream.range(0, curvature.space().blocks().size())
                .mapToDouble(damping::of).min().orElse(0);
        double rounding = curvature.space().dimension() * Math.ulp(1.0) * Math.max(largest, smallest);
        for (double value : values) {
            if (!(value >= -rounding)) {
                throw new SolveException(
                        "found eigenvalue " + value + " of a low-rank curvature, expected none below zero");
            }
        }
        Arrays.setAll(values, k -> Math.sqrt(Math.max(0, values[k])));
        return values;
    }

    private static void requireDamping(BlockSpace space, double[] diagonal, Damping damping) {
        for (int i = 0; i < space.blocks().size(); i++) {
            if (damping.of(i) == 0 && !damping.isNull(space, diagonal, i)) {
                throw new SolveException("block '" + space.blocks().get(i).name()
                        + "': found no damping of a low-rank curvature, expected some, or its complement discarded");
            }
        }
    }

    private static double[] times(double[] x, double[] y) {
        double[] product = x.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] *= y[i];
        }
        return product;
    }

    @Override
    public BlockSpace space() {
        return curvature.space();
    }

    @Override
    public double[] apply(double[] v) {
        space().requireVector(v);
        return switch (complement) {
            case DAMPED -> {
                double[] x = v.clone();
                double[] coefficients = small.solve(coordinates(times(weights, v), roots));
                for (int k = 0; k < coefficients.length; k++) {
                    Vectors.axpy(-roots[k] * coefficients[k], curvature.vector(k), x);
                }
                yield times(weights, x);
            }
            case DISCARDED -> {
                double[] x = new double[v.length];
                double[] ones = new double[roots.length];
                Arrays.fill(ones, 1);
                double[] coefficients = small.solve(coordinates(v, ones));
                for (int k = 0; k < coefficients.length; k++) {
                    Vectors.axpy(coefficients[k], curvature.vector(k), x);
                }
                yield x;
            }
        };
    }

    /** {@code scale_k · u_kᵀ v}. */
    private double[] coordinates(double[] v, double[] scale) {
        double[] coordinates = new double[scale.length];
        Arrays.setAll(coordinates, k -> scale[k] * Vectors.dot(curvature.vector(k), v));
        return coordinates;
    }

    @Override
    public List<String> nullBlocks() {
        return nullBlocks;
    }
}
