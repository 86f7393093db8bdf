package org.plumbline.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.linalg.CholeskySolver;
import org.plumbline.linalg.Vectors;

class EnergyBoundTest {

    /** A system {@code (C + D) x = v}. */
    private record Trial(BlockSpace space, DenseCurvature curvature, Damping damping, double[] v) {
        static Trial of(long seed, double scale) {
            RandomSystems systems = new RandomSystems(seed);
            BlockSpace space = systems.space(2);
            return new Trial(space, systems.curvature(space), systems.damping(space, scale),
                    systems.gaussian(space.dimension()));
        }

        Residual residual(double[] x) {
            return Residual.of(curvature, damping, new double[][] {v}, new double[][] {x}).getFirst();
        }

        Residual negativeProduct(double[] z) {
            return Residual.negativeProducts(curvature, damping, new double[][] {z}).getFirst();
        }

        /**
         * {@code ‖x − y‖_B = √(rᵀB⁻¹r)} from the residual in twice the working precision: even where {@code x} itself
         * cannot be told from {@code y}.
         */
        double errorNorm(double[] y) {
            double[] r = residual(y).values();
            return Math.sqrt(Math.max(0, Vectors.dot(r, RefinedSolution.of(curvature, damping, r))));
        }
    }

    /**
     * Of an error norm: a refined solution errs by {@code ε ‖x‖}, a quadratic form by the root of the condition more.
     */
    private static final double SLACK = 1 + 1e-9;

    /** Whatever {@code z} is, and however far {@code x} is from the solution. */
    @Property(tries = 1000)
    void aBoundWithAnyVector(
            @ForAll @IntRange(min = -6, max = 2) int decade, @ForAll @IntRange(min = -8, max = 1) int size,
            @ForAll long seed) {
        Trial trial = Trial.of(seed, Math.pow(10, decade));
        RandomSystems systems = new RandomSystems(~seed);
        int n = trial.space.dimension();
        double[] x = systems.gaussian(n);
        double[] z = systems.gaussian(n);
        Vectors.scale(Math.pow(10, size), z);
        double bound =
                EnergyBound.of(trial.space, trial.damping, trial.residual(x), z, trial.negativeProduct(z));
        double error = trial.errorNorm(x);
        assertTrue(error <= bound * SLACK, () -> error + " above " + bound);
    }

    /** {@code z = B⁻¹r} leaves nothing to bound: the error itself, to rounding. */
    @Property(tries = 200)
    void exactWithTheSolution(@ForAll long seed) {
        Trial trial = Trial.of(seed, 0.1);
        double[] x = new RandomSystems(~seed).gaussian(trial.space.dimension());
        double[] z = Systems.difference(RefinedSolution.of(trial.curvature, trial.damping, trial.v), x);
        double bound =
                EnergyBound.of(trial.space, trial.damping, trial.residual(x), z, trial.negativeProduct(z));
        assertEquals(trial.errorNorm(x), bound, 1e-7 * bound);
    }

    /**
     * The least bound with {@code z} from the Krylov space of {@code k} products is the Gauss–Radau rule with the
     * prescribed node 1 for {@code D^{−1/2}BD^{−1/2}} and {@code w = D^{−1/2}r}: {@code ‖w‖² e₁ᵀ T̂⁻¹ e₁}, with
     * {@code T̂} the Lanczos matrix of {@code k + 1} steps whose last diagonal element is changed so that 1 is an
     * eigenvalue (Golub and Meurant, 2010, §6.2).
     */
    @Property(tries = 300)
    void theMinimumIsTheGaussRadauRule(@ForAll @IntRange(min = 1, max = 4) int k, @ForAll long seed) {
        Trial trial = Trial.of(seed, 0.3);
        int n = trial.space.dimension();
        if (n < 12) {
            return;
        }
        double[] root = trial.damping.diagonal(trial.space);
        Arrays.setAll(root, i -> Math.sqrt(root[i]));
        double[] w = new double[n];
        Arrays.setAll(w, i -> trial.v[i] / root[i]);
        double[][] q = new double[k + 1][];
        double[] alpha = new double[k];
        double[] beta = new double[k];
        q[0] = w.clone();
        Vectors.scale(1 / Vectors.norm(w), q[0]);
        double[][] steps = new double[k][];
        for (int j = 0; j < k; j++) {
            double[] scaled = new double[n];
            double[] basis = q[j];
            Arrays.setAll(scaled, i -> basis[i] / root[i]);
            steps[j] = scaled;
            double[] next = trial.negativeProduct(scaled).values();
            Arrays.setAll(next, i -> -next[i] / root[i]);
            alpha[j] = Vectors.dot(next, q[j]);
            for (int again = 0; again < 2; again++) {
                for (int i = 0; i <= j; i++) {
                    Vectors.axpy(-Vectors.dot(q[i], next), q[i], next);
                }
            }
            beta[j] = Vectors.norm(next);
            Vectors.scale(1 / beta[j], next);
            q[j + 1] = next;
        }
        // The last diagonal element from the recurrence of the polynomials at the node 1.
        double last = alpha[0] - 1;
        for (int j = 1; j < k; j++) {
            last = alpha[j] - 1 - beta[j - 1] * beta[j - 1] / last;
        }
        double[] matrix = new double[(k + 1) * (k + 1)];
        for (int j = 0; j < k; j++) {
            matrix[j * (k + 1) + j] = alpha[j];
            matrix[j * (k + 1) + j + 1] = beta[j];
            matrix[(j + 1) * (k + 1) + j] = beta[j];
        }
        matrix[matrix.length - 1] = 1 + beta[k - 1] * beta[k - 1] / last;
        double[] first = new double[k + 1];
        first[0] = Vectors.dot(w, w);
        double radau = Math.sqrt(CholeskySolver.of(matrix, k + 1).solve(first)[0]);

        double[][] products = new double[k][];
        for (int j = 0; j < k; j++) {
            double[] product = trial.negativeProduct(steps[j]).values();
            Vectors.scale(-1, product);
            products[j] = product;
        }
        Residual residual = trial.residual(new double[n]);
        double[] z = Directions.orthonormal(steps, products).towards(trial.space, trial.damping, residual.values());
        double bound = EnergyBound.of(trial.space, trial.damping, residual, z, trial.negativeProduct(z));
        // Squares agree to the condition of the small systems, some thousands, times ε.
        assertEquals(radau, bound, 1e-9 * radau);
        assertTrue(bound <= EnergyBound.of(trial.space, trial.damping, residual) * (1 + 1e-14));
    }

    /** Block conjugate gradients until rounding stops them, and far beyond, from a poor start. */
    private static Refinement refined(Trial trial, Curvature curvature, int passes) {
        double[][] start = {new double[trial.space.dimension()]};
        Refinement refinement = Refinement.of(curvature, trial.damping, new double[][] {trial.v}, start,
                Optional.of(ClosedFormInverse.of(
                        new DiagonalCurvature(trial.space, trial.curvature.diagonal()), trial.damping)));
        for (int pass = 0; pass < passes; pass++) {
            refinement.advance();
        }
        return refinement;
    }

    /** Down to the last digits. */
    @Property(tries = 500)
    void holdsWhereOnlyRoundingIsLeft(
            @ForAll @IntRange(min = -6, max = 1) int decade, @ForAll @IntRange(min = 20, max = 200) int passes,
            @ForAll boolean measured, @ForAll long seed) {
        Trial trial = Trial.of(seed, Math.pow(10, decade));
        Refinement refinement = refined(trial, measured ? plain(trial.curvature) : trial.curvature, passes);
        Certificate certificate = refinement.certificates().getFirst();
        double error = trial.errorNorm(certificate.refined());
        assertTrue(error <= certificate.errorNorm() * SLACK,
                () -> error + " above " + certificate.errorNorm());
    }

    /** The same operator, of which nothing but products is known. */
    private static Curvature plain(DenseCurvature curvature) {
        return new Curvature() {
            @Override
            public BlockSpace space() {
                return curvature.space();
            }

            @Override
            public double[] apply(double[] v) {
                return curvature.apply(v);
            }
        };
    }

    private static final int PLANTED = 400;

    /** Of so many trials, in how many a bound with a mistake in it is below the error. */
    private static int caught(double scale, int passes, Mistaken mistaken) {
        int caught = 0;
        for (int seed = 0; seed < PLANTED; seed++) {
            Trial trial = Trial.of(seed, scale);
            Refinement refinement = refined(trial, trial.curvature, passes);
            double[] x = refinement.refined()[0];
            if (trial.errorNorm(x) > mistaken.bound(trial, refinement, x) * SLACK) {
                caught++;
            }
        }
        return caught;
    }

    @FunctionalInterface
    private interface Mistaken {
        double bound(Trial trial, Refinement refinement, double[] x);
    }

    /** The node above the smallest eigenvalue, as for the damping of another layer. */
    @Example
    void aWrongNodeIsCaught() {
        assertTrue(caught(0.1, 3, (trial, refinement, x) -> {
            double largest = Arrays.stream(trial.damping.perBlock()).max().orElseThrow();
            return EnergyBound.of(trial.space, Damping.absolute(trial.space, largest), trial.residual(x));
        }) > PLANTED / 10);
        assertEquals(0, caught(0.1, 3, (trial, refinement, x) ->
                EnergyBound.of(trial.space, trial.damping, trial.residual(x))));
    }

    /** A residual in working precision, taken for exact; where damping is most of {@code B} the bound has no room. */
    @Example
    void missingRoundingIsCaught() {
        assertTrue(caught(100, 50, (trial, refinement, x) -> {
            double[] product = Systems.products(trial.curvature, trial.damping.diagonal(trial.space),
                    new double[][] {x})[0];
            return EnergyBound.of(
                    trial.space, trial.damping, new Residual(Systems.difference(trial.v, product), 0));
        }) > PLANTED / 10);
        assertEquals(0, caught(100, 50, (trial, refinement, x) ->
                EnergyBound.of(trial.space, trial.damping, trial.residual(x))));
    }

    /** The residual that the recurrence carries along. */
    @Example
    void aResidualThatIsNotComputedAfreshIsCaught() {
        assertTrue(caught(1e-5, 200, (trial, refinement, x) -> refinement.errorNorms()[0]) > PLANTED / 10);
        assertEquals(0, caught(1e-5, 200, (trial, refinement, x) ->
                refinement.certificates().getFirst().errorNorm()));
    }

    /** Goals are met, and no pass is spent on one that is met already. */
    @Property(tries = 200)
    void refinedAsFarAsAsked(@ForAll @IntRange(min = 1, max = 4) int count, @ForAll long seed) {
        Trial trial = Trial.of(seed, 0.1);
        int n = trial.space.dimension();
        RandomSystems systems = new RandomSystems(~seed);
        double[][] v = new double[count][];
        Arrays.setAll(v, i -> systems.gaussian(n));
        double[][] start = new double[count][n];
        Refinement refinement = Refinement.of(trial.curvature, trial.damping, v, start, Optional.empty());
        double[] goals = new double[count];
        Arrays.setAll(goals, i -> 1.01 * refinement.errorNorms()[i] * Math.pow(10, -i));
        List<Certificate> certificates =
                refinement.until((system, x) -> goals[system], 20 * n, IterationListener.NONE);
        for (int i = 0; i < count; i++) {
            assertTrue(certificates.get(i).errorNorm() <= goals[i] * (1 + 1e-12));
        }
        assertTrue(count > 1 || certificates.getFirst().products() == 3);
    }
}
