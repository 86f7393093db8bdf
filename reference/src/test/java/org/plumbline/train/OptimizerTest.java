package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.plumbline.engine.Workers;
import org.plumbline.model.ParameterSpace;
import org.plumbline.program.Shape;

class OptimizerTest {

    private static ParameterSpace space(int weights, int biases) {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("weight", Shape.of(1, weights));
        shapes.put("bias", Shape.of(biases));
        return new ParameterSpace(shapes);
    }

    private static ParameterVector vector(ParameterSpace space, double weight, double bias) {
        ParameterVector vector = ParameterVector.zeros(space);
        Arrays.fill(vector.array("weight"), weight);
        Arrays.fill(vector.array("bias"), bias);
        return vector;
    }

    /**
     * Constants that are exact in binary. β₁ = ½, β₂ = ¾, ε = 1, λ = ½, η = ¼.
     *
     * <p>Step 1, g = 2: m = 1, v = 1; m̂ = 1/½ = 2, v̂ = 1/¼ = 4; m̂/(√v̂ + 1) = 2/3.
     * Weight 3 → 3 − ¼(2/3 + 3/2) = 59/24; bias 3 → 3 − ¼·2/3 = 17/6.
     *
     * <p>Step 2, g = −4: m = ½ − 2 = −3/2, v = ¾ + ¼·16 = 19/4; m̂ = −(3/2)/(3/4) = −2, v̂ = (19/4)/(7/16) = 76/7.
     * With a = −2/(√(76/7) + 1): weight → 59/24 − ¼(a + 59/48), bias → 17/6 − ¼a.
     */
    @Test
    void adamWTakesTheStepsWorkedOutByHand() {
        ParameterSpace space = space(2, 1);
        ParameterVector theta = vector(space, 3, 3);
        OptimizerState state = new OptimizerState(new AdamW(0.5, 0.75, 1, 0.5), space);

        state.update(Workers.serial(), 0.25, theta, vector(space, 2, 2));
        // Each line rounds fewer than ten times, numbers of size 3 or less: 10 · 3 · 2⁻⁵³ < 4e-15.
        double tolerance = 4e-15;
        assertArrayEquals(new double[] {59.0 / 24, 59.0 / 24}, theta.array("weight"), tolerance);
        assertArrayEquals(new double[] {17.0 / 6}, theta.array("bias"), tolerance);

        state.update(Workers.serial(), 0.25, theta, vector(space, -4, -4));
        double adapted = -2 / (Math.sqrt(76.0 / 7) + 1);
        assertArrayEquals(new double[] {-1.5, -1.5}, state.moments().get("mean").array("weight"));
        assertArrayEquals(new double[] {4.75, 4.75}, state.moments().get("square").array("weight"));
        assertEquals(59.0 / 24 - 0.25 * (adapted + 59.0 / 48), theta.array("weight")[1], 2 * tolerance);
        assertEquals(17.0 / 6 - 0.25 * adapted, theta.array("bias")[0], 2 * tolerance);
        assertEquals(2, state.step());
    }

    /**
     * μ = ½, η = ¼, from 1: u = 2, θ = ½; then g = −4: u = 1 − 4 = −3, θ = ½ + ¾ = 5/4. All exact in binary.
     */
    @Test
    void descentWithMomentumTakesTheStepsWorkedOutByHand() {
        ParameterSpace space = space(1, 1);
        ParameterVector theta = vector(space, 1, 1);
        OptimizerState state = new OptimizerState(new Sgd(0.5), space);
        state.update(Workers.serial(), 0.25, theta, vector(space, 2, 2));
        assertEquals(0.5, theta.array("weight")[0]);
        state.update(Workers.serial(), 0.25, theta, vector(space, -4, -4));
        assertEquals(1.25, theta.array("weight")[0]);
        assertEquals(1.25, theta.array("bias")[0]);
        assertEquals(-3, state.moments().get("velocity").array("bias")[0]);
    }

    /**
     * The moments unrolled: {@code m̂_t = Σ_i w_i g_i / Σ_i w_i} with {@code w_i = β^(t−i)}, so bias
     * correction is a mean.
     */
    @Property(tries = 200)
    void adamWDividesAMeanGradientByARootMeanSquare(
            @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = -3, max = 3) Double> gradients,
            @ForAll @DoubleRange(min = 0, max = 0.95) double beta1,
            @ForAll @DoubleRange(min = 0, max = 0.99) double beta2) {
        ParameterSpace space = space(1, 1);
        ParameterVector theta = ParameterVector.zeros(space);
        double epsilon = 0.1;
        OptimizerState state = new OptimizerState(new AdamW(beta1, beta2, epsilon, 0), space);
        double before = 0;
        for (double g : gradients) {
            before = theta.array("weight")[0];
            state.update(Workers.serial(), 1, theta, vector(space, g, g));
        }
        double mean = weightedMean(gradients, beta1, 1);
        double square = weightedMean(gradients, beta2, 2);
        // u = 2⁻⁵³. The square is a sum of positive terms, 12 steps of 3 roundings, divided by 1 − β₂ᵗ ≥ 0.01 which
        // carries u/0.01: together a relative 36u + 200u, less in the root. The mean may cancel: 36 roundings of terms
        // of at most 3, over 1 − β₁ᵗ ≥ 0.05, give 3·56u/0.05 ≈ 4e-13. Divided by ε = 0.1: 4e-12 + (3/0.1)·236u ≈ 5e-12.
        assertEquals(before - mean / (Math.sqrt(square) + epsilon), theta.array("weight")[0], 1e-11);
    }

    private static double weightedMean(List<Double> gradients, double beta, int power) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < gradients.size(); i++) {
            double weight = Math.pow(beta, gradients.size() - 1 - i);
            sum += weight * Math.pow(gradients.get(i), power);
            weights += weight;
        }
        return sum / weights;
    }

    /** With zero gradients what is left is the decay: {@code θ (1 − ηλ)ᵗ} for matrices, nothing for vectors. */
    @Property(tries = 50)
    void onlyMatricesDecay(
            @ForAll @DoubleRange(min = 0, max = 0.5) double rate,
            @ForAll @DoubleRange(min = 0, max = 1) double decay,
            @ForAll @IntRange(min = 1, max = 20) int steps) {
        ParameterSpace space = space(3, 2);
        ParameterVector theta = vector(space, 2, 2);
        OptimizerState state = new OptimizerState(AdamW.withDecay(decay), space);
        for (int i = 0; i < steps; i++) {
            state.update(Workers.serial(), rate, theta, ParameterVector.zeros(space));
        }
        // Three roundings a step, each 2⁻⁵³ of a number of at most 2.
        assertEquals(
                2 * Math.pow(1 - rate * decay, steps), theta.array("weight")[2], 6.0 * (steps + 1) * Math.ulp(1.0));
        assertArrayEquals(new double[] {2, 2}, theta.array("bias"));
    }

    @Test
    void constantsOutOfRangeAreRefused() {
        assertThrows(TrainingException.class, () -> new AdamW(1, 0.9, 1e-8, 0));
        assertThrows(TrainingException.class, () -> new AdamW(0.9, -0.1, 1e-8, 0));
        assertThrows(TrainingException.class, () -> new AdamW(0.9, 0.9, 0, 0));
        assertThrows(TrainingException.class, () -> new AdamW(0.9, 0.9, 1e-8, Double.NaN));
        assertThrows(TrainingException.class, () -> new Sgd(1));
    }
}
