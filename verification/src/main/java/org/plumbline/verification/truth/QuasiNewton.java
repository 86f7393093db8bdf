package org.plumbline.verification.truth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import org.plumbline.linalg.Vectors;

/**
 * Solves {@code g(x) = 0} for the gradient of a function whose Hessian is close to {@code M} where the search begins:
 * limited-memory BFGS (Nocedal and Wright, <em>Numerical Optimization</em>, 2nd ed., algorithm 7.4) with {@code M⁻¹} as
 * the initial inverse Hessian of every step. At {@code x = 0} that is Newton's method itself; away from it the recent
 * steps correct {@code M⁻¹}.
 *
 * <p>Only gradients are used, since near a minimum they hold digits that the value has lost: a step is halved until
 * {@code gᵀM⁻¹g} falls. Each iteration costs a gradient and two products with {@code M⁻¹}.
 *
 * @param tolerance of {@code ‖g(x)‖ / ‖g(0)‖}
 * @param maximumIterations steps at most
 */
record QuasiNewton(double tolerance, int maximumIterations) {
    private static final int MEMORY = 12;
    private static final int HALVINGS = 20;

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
    Minimum minimise(int dimension, UnaryOperator<double[]> gradientAt, UnaryOperator<double[]> inverse) {
        double[] x = new double[dimension];
        double[] gradient = gradientAt.apply(x);
        double initial = Vectors.norm(gradient);
        double merit = Vectors.dot(gradient, inverse.apply(gradient));
        int gradients = 1;
        Deque<Pair> memory = new ArrayDeque<>();
        for (int iteration = 0; iteration < maximumIterations && Vectors.norm(gradient) > tolerance * initial; iteration++) {
            double[] direction = direction(gradient, memory, inverse);
            double length = 1;
            boolean accepted = false;
            for (int halving = 0; halving < HALVINGS && !accepted; halving++, length /= 2) {
                double[] next = x.clone();
                Vectors.axpy(length, direction, next);
                double[] nextGradient = gradientAt.apply(next);
                gradients++;
                double nextMerit = Vectors.dot(nextGradient, inverse.apply(nextGradient));
                if (nextMerit < merit) {
                    remember(memory, difference(next, x), difference(nextGradient, gradient));
                    x = next;
                    gradient = nextGradient;
                    merit = nextMerit;
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
        return new Minimum(x, Vectors.norm(gradient), initial, gradients);
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
