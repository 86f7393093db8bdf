package org.plumbline.influence;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.plumbline.linalg.Vectors;

/**
 * Influence of each training sequence on each query (Grosse et al., 2023, eq. 9 and 25):
 * {@code raw = −∇f(θ)ᵀ (C + λ)⁻¹ ∇L(z_m, θ)} with {@code f} the query's log-likelihood and {@code L}
 * the sequence's loss.
 *
 * <p>Sign: positive means that adding the sequence raises {@code f}, the completion becomes more probable. Units: one
 * added copy of the sequence changes {@code f} by {@code raw / N} to first order, {@code N} the number of training
 * sequences.
 *
 * @param raw {@code [queries][sequences]}
 * @param sequences {@code N}
 */
public record InfluenceScores(double[][] raw, int sequences) {

    /**
     * Scores from products with the inverse curvature.
     *
     * @param preconditioned {@code (C + λ)⁻¹ ∇f} of each query
     * @param trainingGradients {@code ∇L} of each training sequence
     */
    public static InfluenceScores of(double[][] preconditioned, double[][] trainingGradients) {
        double[][] raw = new double[preconditioned.length][trainingGradients.length];
        for (int q = 0; q < raw.length; q++) {
            for (int m = 0; m < trainingGradients.length; m++) {
                raw[q][m] = -Vectors.dot(preconditioned[q], trainingGradients[m]);
            }
        }
        return new InfluenceScores(raw, trainingGradients.length);
    }

    /** {@code raw / N}: the first-order change of {@code f} for one added copy. */
    public double[][] perCopy() {
        double[][] scaled = new double[raw.length][];
        for (int q = 0; q < raw.length; q++) {
            scaled[q] = raw[q].clone();
            Vectors.scale(1.0 / sequences, scaled[q]);
        }
        return scaled;
    }

    /** The {@code k} training sequences with the largest scores for a query, largest first; ties in sequence order. */
    public int[] mostPositive(int query, int k) {
        return ranked(query, k, Comparator.comparingDouble((Integer m) -> raw[query][m]).reversed());
    }

    /**
     * The {@code k} training sequences with the smallest scores for a query, smallest first; ties in sequence order.
     */
    public int[] mostNegative(int query, int k) {
        return ranked(query, k, Comparator.comparingDouble((Integer m) -> raw[query][m]));
    }

    private int[] ranked(int query, int k, Comparator<Integer> order) {
        return IntStream.range(0, raw[query].length)
                .boxed()
                .sorted(order)
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
