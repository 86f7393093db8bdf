package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.linalg.Vectors;

/**
 * A residual {@code r = v − Bx}, {@code B = C + D}, computed from {@code x} itself, with what rounding can have made of
 * it.
 *
 * <p>For a {@link DenseCurvature} each element is a sum in twice the working precision (Ogita, Rump and Oishi,
 * <em>Accurate Sum and Dot Product</em>, 2005, Dot2): with {@code n + 2} terms its error is at most
 * {@code ε |r_i| + (n + 2)² ε² (|v_i| + Σ_j |B_ij| |x_j|)}, which is proven, and next to nothing.
 *
 * <p>For any other operator it is measured: {@code Cx} is compared with {@code Cy + Cz}, {@code y} and {@code z} the
 * even and the odd elements of {@code x}. These are equal but for rounding, and {@value #SAFETY} times the difference
 * is taken for the error. What all three products share is not seen by it: the operator is that at the activations as
 * they were computed.
 *
 * @param values {@code r}
 * @param rounding at least {@code ‖values − (v − Bx)‖} in the norm of {@code D⁻¹}
 */
record Residual(double[] values, double rounding) {
    private static final double EPSILON = Math.ulp(1.0);

    /** How much larger than the difference of two computations the error of one is taken to be. */
    private static final int SAFETY = 8;

    /** Residuals of several systems. */
    static List<Residual> of(Curvature curvature, Damping damping, double[][] rightSides, double[][] x) {
        return curvature instanceof DenseCurvature dense
                ? compensated(dense, damping, rightSides, x)
                : measured(curvature, damping, rightSides, x);
    }

    /** How many products with {@code C} a residual of this curvature takes. */
    static int products(Curvature curvature) {
        return curvature instanceof DenseCurvature ? 1 : 3;
    }

    /** {@code −Bz}, as a residual. */
    static List<Residual> negativeProducts(Curvature curvature, Damping damping, double[][] z) {
        return of(curvature, damping, new double[z.length][curvature.space().dimension()], z);
    }

    private static List<Residual> compensated(
            DenseCurvature curvature, Damping damping, double[][] rightSides, double[][] x) {
        BlockSpace space = curvature.space();
        int n = space.dimension();
        double[] matrix = curvature.matrix();
        double[] shift = damping.diagonal(space);
        double[][] values = new double[x.length][n];
        double[][] errors = new double[x.length][n];
        double second = (n + 2.0) * (n + 2.0) * EPSILON * EPSILON;
        for (int row = 0; row < n; row++) {
            for (int c = 0; c < x.length; c++) {
                double sum = rightSides[c][row];
                double carried = 0;
                double size = Math.abs(sum);
                for (int j = -1; j < n; j++) {
                    // The damping is a term like any other.
                    double factor = j < 0 ? -shift[row] : -matrix[row * n + j];
                    double element = x[c][j < 0 ? row : j];
                    double product = factor * element;
                    double next = sum + product;
                    double virtual = next - sum;
                    carried += Math.fma(factor, element, -product)
                            + ((sum - (next - virtual)) + (product - virtual));
                    sum = next;
                    size += Math.abs(product);
                }
                values[c][row] = sum + carried;
                errors[c][row] = EPSILON * Math.abs(values[c][row]) + second * size;
            }
        }
        List<Residual> residuals = new ArrayList<>();
        for (int c = 0; c < x.length; c++) {
            residuals.add(new Residual(values[c], dampedNorm(space, damping, errors[c])));
        }
        return residuals;
    }

    private static List<Residual> measured(
            Curvature curvature, Damping damping, double[][] rightSides, double[][] x) {
        BlockSpace space = curvature.space();
        double[] shift = damping.diagonal(space);
        int count = x.length;
        double[][] all = Arrays.copyOf(x, 3 * count);
        for (int c = 0; c < count; c++) {
            all[count + c] = everySecond(x[c], 0);
            all[2 * count + c] = everySecond(x[c], 1);
        }
        double[][] products = all.length == 0 ? all : curvature.applyAll(all);
        List<Residual> residuals = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            double[] values = new double[shift.length];
            double[] errors = new double[shift.length];
            for (int i = 0; i < shift.length; i++) {
                double product = products[c][i];
                double damped = shift[i] * x[c][i];
                values[i] = rightSides[c][i] - product - damped;
                errors[i] = SAFETY * Math.abs(product - products[count + c][i] - products[2 * count + c][i])
                        + 2 * EPSILON * (Math.abs(rightSides[c][i]) + Math.abs(product) + Math.abs(damped));
            }
            residuals.add(new Residual(values, dampedNorm(space, damping, errors)));
        }
        return residuals;
    }

    private static double[] everySecond(double[] x, int from) {
        double[] kept = new double[x.length];
        for (int i = from; i < x.length; i += 2) {
            kept[i] = x[i];
        }
        return kept;
    }

    /**
     * {@code √(Σ_ℓ ‖x_ℓ‖²/λ_ℓ)}, the norm in {@code D⁻¹}, rounded up: infinite where {@code x} does not vanish and
     * damping does.
     */
    static double dampedNorm(BlockSpace space, Damping damping, double[] x) {
        double[] norms = new double[space.blocks().size()];
        for (int i = 0; i < norms.length; i++) {
            double norm = Vectors.norm(Arrays.copyOfRange(x, space.offset(i), space.offset(i + 1)));
            norms[i] = norm == 0 ? 0 : norm / Math.sqrt(damping.of(i));
        }
        // Norms are computed to a few ε.
        return Vectors.norm(norms) * (1 + 16 * EPSILON);
    }
}
