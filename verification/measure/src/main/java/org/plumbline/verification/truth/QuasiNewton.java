package org.plumbline.verification.truth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.plumbline.linalg.Vectors;

/**
 * Minimizes a function whose Hessian is close to {@code M} where the search begins: limited-memory BFGS (Nocedal and
 * Wright, <em>Numerical Optimization</em>, 2nd ed., algorithm 7.4) with {@code M⁻¹} as the initial inverse Hessian of
 * every step. At {@code x = 0} that is Newton's method itself; away from it the recent steps correct {@code M⁻¹}.
 *
 * <p>A step is halved until the value falls by a part of what its slope promises (Armijo's rule). Near a minimum the
 * value has lost the digits that the gradient still holds; a step that leaves the value the same to rounding is taken
 * if it makes the gradient smaller. The search ends in a local minimum, the one its steps lead to from 0.
 *
 * @param tolerance of {@code ‖g(x)‖ / ‖g(0)‖}
 * @param maximumIterations steps at most
 */
record QuasiNewton(double tolerance, int maximumIterations) {
    private static final int MEMORY = 16;
    private static final int HALVINGS = 30;
    private static final double ARMIJO = 1e-4;
    private static final double ROUNDING = 1e-13;

    /** A function and its gradient at one point. */
    record Evaluation(double value, double[] gradient) {

        double norm() {
            return Vectors.norm(gradient);
        }
    }

    /**
     * Where the search ended.
     *
     * @param gradientNorm {@code ‖g(x)‖}
     * @param initialNorm {@code ‖g(0)‖}
     * @param gradients number of gradients computed
     */
    record Minimum(double[] x, double gradientNorm, double initialNorm, int gradients) {}

    private record Pair(double[] step, double[] change, double product) {}

    /** Searches from {@code x = 0}. */
    Minimum minimize(int dimension, Function<double[], Evaluation> function, UnaryOperator<double[]> inverse) {
        double[] x = new double[dimension];
        Evaluation here = function.apply(x);
        double initial = here.norm();
        int gradients = 1;
        Deque<Pair> memory = new ArrayDeque<>();
        for (int iteration = 0; iteration < maximumIterations && here.norm() > tolerance * initial; iteration++) {
            double[] direction = direction(here.gradient(), memory, inverse);
            double slope = Vectors.dot(here.gradient(), direction);
            boolean accepted = false;
            double length = 1;
            for (int halving = 0; halving < HALVINGS && slope < 0 && !accepted; halving++, length /= 2) {
                double[] next = x.clone();
                Vectors.axpy(length, direction, next);
                Evaluation there = function.apply(next);
                gradients++;
                if (isBetter(there, here, length * slope)) {
                    remember(memory, difference(next, x), difference(there.gradient(), here.gradient()));
                    x = next;
                    here = there;
                    accepted = true;
                }
            }
            if (!accepted && memory.isEmpty()) {
                break;
            }
            if (!accepted) {
                memory.clear();
            }
        }
        return new Minimum(x, here.norm(), initial, gradients);
    }

    /**
     * @param promise change of the value along the slope, negative
     */
    private static boolean isBetter(Evaluation there, Evaluation here, double promise) {
        double change = there.value() - here.value();
        return change <= ARMIJO * promise
                || Math.abs(change) <= ROUNDING * (1 + Math.abs(here.value())) && there.norm() < here.norm();
    }

    private static void remember(Deque<Pair> memory, double[] step, double[] change) {
        double product = Vectors.dot(step, change);
        // A pair along which the function is not convex would spoil the positive definite inverse.
        if (product > 0) {
            memory.addLast(new Pair(step, change, product));
            if (memory.size() > MEMORY) {
                memory.removeFirst();
            }
        }
    }

    private static double[] direction(double[] gradient, Deque<Pair> memory, UnaryOperator<double[]> inverse) {
        double[] q = gradient.clone();
        double[] coefficients = new double[memory.size()];
        int at = memory.size();
        for (Iterator<Pair> latest = memory.descendingIterator(); latest.hasNext();) {
            Pair pair = latest.next();
            coefficients[--at] = Vectors.dot(pair.step(), q) / pair.product();
            Vectors.axpy(-coefficients[at], pair.change(), q);
        }
        double[] direction = inverse.apply(q);
        for (Pair pair : memory) {
            double correction = Vectors.dot(pair.change(), direction) / pair.product();
            Vectors.axpy(coefficients[at++] - correction, pair.step(), direction);
        }
        Vectors.scale(-1, direction);
        return direction;
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        Vectors.axpy(-1, b, difference);
        return difference;
    }
}
